"""The pages of the team."""

import pytest
from django.urls import reverse

from enquiries.assignment.absences import record_absence
from enquiries.models import Absence, Caseload, Enquiry
from enquiries.services import assign_enquiry
from hub.models import Hub
from hub.working_time import today
from tests.enquiries.clocks.test_pages import a_day


@pytest.mark.parametrize("name", ["team", "sharing_out", "share_out", "caseload", "move_caseload"])
def test_a_worker_sees_none_of_the_managers_pages(name, sign_in, worker, colleague, gateshead_worker):
    url = reverse(name, args=[colleague.pk] if name in ("caseload", "move_caseload") else [])
    for person in (worker, gateshead_worker):
        assert sign_in(person).get(url).status_code == sign_in(person).post(url).status_code == 403


def test_a_caseload_is_set_and_shown(sign_in, manager, worker, gateshead):
    client, url = sign_in(manager), reverse("caseload", args=[worker.pk])
    typed = {"capacity": "45", "takes_new": "on", "languages": "Polish, Urdu;", "interests": ["teenagers"],
             "councils": [gateshead.gss_code]}  # fmt: skip
    for wrong in ("0", "501", "many", ""):
        assert "Enter a number from 1 to 500" in client.post(url, {**typed, "capacity": wrong}).content.decode()
    too_long = client.post(url, {**typed, "languages": f"Polish, {'x' * 61}"}).content.decode()
    assert "at most 60 characters" in too_long and "Polish, xxx" in too_long
    assert client.post(url, typed).url == reverse("team")
    kept = Caseload.objects.get(person=worker)
    assert (kept.capacity, kept.languages, kept.councils) == (45, ["Polish", "Urdu"], [gateshead.gss_code])
    html = client.get(reverse("team")).content.decode()
    assert "0 of 45" in html and "Polish, Urdu" in html and "Teenagers" in html and "Gateshead" in html
    assert "At most: 45" in client.get(url).content.decode()


def test_nobody_outside_the_hub_has_a_caseload(sign_in, manager, gateshead_worker):
    assert sign_in(manager).get(reverse("caseload", args=[gateshead_worker.pk])).status_code == 404


def test_sharing_out_counts_first_then_says_what_came_of_it(make_enquiry, sign_in, manager, worker, colleague):
    for _ in range(3):
        make_enquiry()
    client = sign_in(manager)
    assert "Share out 3 now" in client.get(reverse("sharing_out")).content.decode()
    assert Enquiry.objects.unassigned().count() == 3
    html = client.post(reverse("share_out"), follow=True).content.decode()
    assert "3 given: Ruth Worker 2, Priya Colleague 1." in html and "Everybody has an owner" in html
    client.post(reverse("sharing_out"), {"on": "yes"})
    assert Hub.objects.get().shares_out
    html = client.get(reverse("sharing_out")).content.decode()
    assert "New enquiries shared out by rotation on, was off" in html and "Moira Manager" in html


def test_a_whole_caseload_is_looked_at_then_moved(make_enquiry, sign_in, manager, worker, colleague):
    for _ in range(2):
        assign_enquiry(enquiry=make_enquiry(), to=worker, by=manager)
    client, url = sign_in(manager), reverse("move_caseload", args=[worker.pk])
    assert "Move 2 enquiries" in client.get(url).content.decode()
    html = client.post(url, {"to": manager.pk}).content.decode()
    assert "All to Moira Manager" in html and "2 of 60" in html and Enquiry.objects.owned_by(worker).count() == 2
    assert "Select a person from the list" in client.post(url, {"to": worker.pk}).content.decode()
    html = client.post(url, {"to": manager.pk, "confirmed": "yes"}, follow=True).content.decode()
    assert "Ruth Worker: 2 given: Moira Manager 2." in html and Enquiry.objects.owned_by(manager).count() == 2
    assert "Nothing to move" in client.get(url).content.decode()


def test_ones_own_absence_with_cover_and_back_again(sign_in, worker, colleague, manager, at):
    client, url = sign_in(worker), reverse("absences")
    typed = {"person": worker.pk, **a_day("starts_on", "2026-03-09"), **a_day("ends_on", "2026-03-13"),
             "cover": colleague.pk}  # fmt: skip
    assert client.post(url, typed).url == url
    assert "is away from Monday 9 March to Friday 13 March already" in client.post(url, typed).content.decode()
    backwards = {**typed, **a_day("ends_on", "2026-03-08")}
    assert "The last day must be the first day or later" in client.post(url, backwards).content.decode()
    assert "Select a person from the list" in client.post(url, {**typed, "person": manager.pk}).content.decode()
    html = client.get(url).content.decode()
    assert "9 March to 13 March 2026" in html and "Priya Colleague" in html
    remove = reverse("absence_remove", args=[Absence.objects.get().pk])
    sign_in(colleague).post(remove)
    assert Absence.objects.exists()  # not theirs to remove
    assert sign_in(worker).post(remove).url == url and not Absence.objects.exists()
    assert sign_in(worker).get(remove).status_code == 405


def test_a_council_has_nothing_to_do_with_it(sign_in, gateshead_worker):
    assert sign_in(gateshead_worker).get(reverse("absences")).status_code == 403


def test_the_list_of_whoever_is_away_is_on_today_of_who_covers(make_enquiry, sign_in, worker, colleague, at):
    enquiry = make_enquiry()
    assign_enquiry(enquiry=enquiry, to=worker, by=worker)
    record_absence(person=worker, by=worker, starts_on=today(), ends_on=today(), cover=colleague)
    html = sign_in(colleague).get(reverse("today"), {"queue": "covering"}).content.decode()
    assert "Covering for colleagues" in html and enquiry.reference in html
    assert enquiry.reference not in sign_in(worker).get(reverse("today"), {"queue": "covering"}).content.decode()
