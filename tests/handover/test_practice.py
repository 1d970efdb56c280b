"""Practice: the portal's pages on invented households, and nothing else is touched."""

import datetime

import pytest
from django.urls import reverse

from enquiries.models import Activity, Applicant, Enquiry
from handover.models import Handover, PracticeCase
from handover.practice.invented import HOUSEHOLDS
from handover.practice.services import practise_answer, practised
from hub.errors import Refused
from hub.models import Message
from hub.working_time import today


@pytest.fixture
def go(sign_in, gateshead_worker):
    client = sign_in(gateshead_worker)

    def at(name, *args, data=None):
        address = reverse(name, args=args)
        return client.get(address) if data is None else client.post(address, data, follow=True)

    return at


def day_of(name: str, day: datetime.date) -> dict:
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def real() -> tuple:
    return Enquiry.objects.count(), Handover.objects.count(), Activity.objects.count(), Message.objects.count()


def test_from_the_list_to_a_date_and_nothing_real_is_touched(go, gateshead, gateshead_worker):
    before = real()
    html = go("practice").content.decode()
    assert html.count("PRACTICE-") == len(HOUSEHOLDS) and "Ashdown" not in html
    html = go("practice_referral", 1).content.decode()
    assert "Accept this referral" in html and "Ashdown" not in html and "ZZ1, your area" in html
    html = go("practice_accept", 1, data={}).content.decode()
    assert "Miriam Ashdown" in html and "nobody was told" in html and practised(gateshead) is None
    html = go("practice_milestones", 1, data=day_of("application_received", today())).content.decode()
    assert "Saved" in html and practised(gateshead) is not None
    assert "You have practised" in go("practice").content.decode()
    assert real() == before


def test_every_page_says_that_it_is_practice(go):
    go("practice_accept", 1, data={})
    pages = [("practice",), ("practice_referral", 1), ("practice_referral", 2), ("practice_milestones", 1),
             ("practice_end", 1), ("practice_decline", 2), ("practice_return", 2)]  # fmt: skip
    for page in pages:
        html = go(*page).content.decode()
        assert "These people are invented" in html and "Practice" in html, page


def test_the_rules_of_dates_are_the_real_ones(go):
    go("practice_accept", 1, data={})
    tomorrow = today() + datetime.timedelta(days=1)
    html = go("practice_milestones", 1, data=day_of("application_received", tomorrow)).content.decode()
    assert "cannot be dated in the future" in html
    html = go("practice_milestones", 1, data=day_of("stage2_started", today())).content.decode()
    assert "a step before it is missing" in html
    html = go("practice_milestones", 1, data={}).content.decode()
    assert "Enter at least one date" in html
    assert PracticeCase.objects.get(household=1).milestones == {}


def test_to_an_approval(go):
    go("practice_accept", 3, data={})
    dates = {}
    for kind in (
        "application_received",
        "stage1_started",
        "stage1_completed",
        "stage2_started",
        "panel_held",
        "decided",
    ):
        dates |= day_of(kind, today())
    html = go("practice_milestones", 3, data={**dates, "outcome": "approved", "places": "2"}).content.decode()
    assert "Approved, 2 places" in html and "Record dates" not in html
    assert "nothing more to record" in go("practice_milestones", 3).content.decode()


def test_returned_declined_and_ended(go):
    assert "Select a reason" in go("practice_return", 1, data={}).content.decode()
    go("practice_return", 1, data={"reason": "information", "note": "Which school?"})
    go("practice_decline", 2, data={"reason": "capacity"})
    go("practice_accept", 3, data={})
    go("practice_end", 3, data={"reason": "finances", **day_of("occurred_on", today())})
    html = go("practice").content.decode()
    for said in ("Returned for information: Information is missing", "Declined: No capacity", "Finances"):
        assert said in html, said
    assert "would be with the hub again" in go("practice_referral", 1).content.decode()


def test_answered_once_and_started_again(go, gateshead, gateshead_worker):
    go("practice_accept", 1, data={})
    assert "already" in go("practice_decline", 1, data={"reason": "capacity"}).content.decode()
    go("practice_milestones", 1, data=day_of("application_received", today()))
    done = practised(gateshead)
    html = go("practice_again", data={}).content.decode()
    assert "as at the beginning" in html and html.count("PRACTICE-") == len(HOUSEHOLDS)
    assert practised(gateshead) == done
    assert "Accept this referral" in go("practice_referral", 1).content.decode()


def test_each_person_practises_alone(go, gateshead, newcastle, sign_in, newcastle_worker):
    go("practice_accept", 1, data={})
    go("practice_milestones", 1, data=day_of("application_received", today()))
    client = sign_in(newcastle_worker)
    assert "Accept this referral" in client.get(reverse("practice_referral", args=[1])).content.decode()
    assert practised(newcastle) is None


def test_who_may_and_what_there_is(go, sign_in, gateshead_worker, worker):
    for name in ("practice_referral", "practice_milestones", "practice_decline", "practice_end"):
        assert go(name, 99).status_code == 404
    assert go("practice_accept", 1).status_code == 405
    assert go("practice_again").status_code == 405
    with pytest.raises(Refused):
        practise_answer(household=1, by=worker, answer="accepted")
    client = sign_in(worker)
    for name, args in (("practice", []), ("practice_referral", [1]), ("practice_accept", [1])):
        assert client.get(reverse(name, args=args)).status_code == 403


def test_a_milestone_before_accepting_is_refused(go):
    html = go("practice_milestones", 1, data=day_of("application_received", today())).content.decode()
    assert "Accept it first" in html


def test_the_invented_are_in_no_table(db):
    names = [last for household in HOUSEHOLDS.values() for _, last, *_ in household.people]
    assert not Applicant.objects.filter(last_name__in=names).exists()
