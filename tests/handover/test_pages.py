"""The hub's page and the portal's pages, by role and by authority."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handover.models import Handover
from handover.services import answer_handover, open_handover, withdraw_handover
from handover.urls_portal import urlpatterns
from hub.isolation import for_the_hub
from hub.models import AccessLog
from hub.working_time import today
from tests.factories import someone

POSTED = {
    "referral_accept", "referral_decline", "referral_return", "milestones", "milestone_correct", "referral_end",
    "referral_worker",
}  # fmt: skip
PUBLIC = {"handover_schema", "handover_schema_before"}


def addresses(handover: Handover) -> dict[str, str]:
    """The addresses of this handover in the portal, its list and what the data mean."""
    found = {}
    for pattern in urlpatterns:
        given = {"reference": handover.reference, "fact_id": handover.sent_fact_id}
        wanted = pattern.pattern.converters
        # Pages that name no referral, such as the funnel's, have tests of their own.
        if "reference" not in wanted and getattr(pattern, "name", "") not in {"referrals", *PUBLIC}:
            continue
        found[pattern.name] = reverse(pattern.name, kwargs={name: given[name] for name in wanted})
    return found


def everything_about(handover: Handover) -> list[str]:
    """What must not be seen before the record is open: names, addresses, numbers, the inward postcode, free text."""
    enquiry = handover.enquiry
    secrets = [enquiry.postcode, enquiry.postcode.split()[-1], enquiry.message, enquiry.chosen_why]
    for person in enquiry.applicants.all():
        secrets += [person.first_name, person.last_name, person.email, person.phone, person.phone_shown]
    return [secret for secret in secrets if secret]


def test_a_stranger_is_sent_to_sign_in_everywhere(sent, client):
    for name, address in addresses(sent()).items():
        response = client.get(address)
        if name in PUBLIC:
            assert response.status_code == 200
        else:
            assert response.status_code == 302 and "/accounts/login/" in response["Location"], name


@pytest.mark.parametrize("role", ["cluster_lead", "administrator", "hub_worker", "hub_manager", "data_officer"])
def test_the_portal_is_for_authorities_only(role, sent, sign_in):
    handover = sent()
    client = sign_in(someone(role))
    for name, address in addresses(handover).items():
        if name not in PUBLIC:
            assert client.get(address).status_code == 403, name
            assert client.post(address).status_code == 403, name


@pytest.mark.parametrize("state", ["sent", "accepted"])
def test_another_authority_finds_nothing_at_any_address(state, sent, accepted, sign_in, newcastle_worker):
    handover = sent() if state == "sent" else accepted()
    client = sign_in(newcastle_worker)
    for name, address in addresses(handover).items():
        if name in PUBLIC:
            continue
        response = client.get(address)
        if name == "referrals":
            assert handover.reference not in response.content.decode()
        elif name == "referral_accept":
            assert response.status_code == 405
        else:
            assert response.status_code == 404, name
        if name in POSTED:
            for answer in ({}, {"reason": "capacity", "note": "x"}, {"reason": "timing", "occurred_on_day": "1"}):
                assert client.post(address, answer).status_code == 404, name
    handover.refresh_from_db()
    assert handover.state == state


def test_wrong_method(sent, sign_in, gateshead_worker):
    client = sign_in(gateshead_worker)
    for name, address in addresses(sent()).items():
        if name not in POSTED:
            assert client.post(address).status_code == 405, name
    assert client.get(addresses(sent())["referral_accept"]).status_code == 405


def test_before_accepting_nobody_can_be_recognised(sent, sign_in, gateshead_worker):
    handover = sent(message="I am a nurse at the Queen Elizabeth", chosen_why="My sister")
    handover.enquiry.safe_contact.notes = "Ask for Amina"
    handover.enquiry.safe_contact.save()
    client = sign_in(gateshead_worker)
    pages = ["referrals", "referral", "referral_decline", "referral_return"]
    for name in pages:
        html = client.get(addresses(handover)[name]).content.decode()
        assert handover.reference in html, name
        for secret in [*everything_about(handover), "Ask for"]:
            assert secret not in html, (name, secret)
    assert "NE8, Gateshead" in html or "NE8" in client.get(addresses(handover)["referral"]).content.decode()
    for name in ["referral_pdf", "referral_json", "milestones", "milestone_correct", "referral_end"]:
        assert client.get(addresses(handover)[name]).status_code == 403, name


def test_first_look_is_noted_once(sent, sign_in, gateshead_worker):
    handover = sent()
    client = sign_in(gateshead_worker)
    for _ in range(2):
        client.get(addresses(handover)["referral"])
    handover.refresh_from_db()
    assert handover.state == "opened" and handover.opened_by == gateshead_worker
    assert handover.enquiry.activities.filter(kind="handover_opened").count() == 1


def test_accepting_is_one_click_and_opens_the_record(sent, sign_in, gateshead_worker):
    handover = sent()
    handover.enquiry.safe_contact.leave_message = False
    handover.enquiry.safe_contact.save()
    response = sign_in(gateshead_worker).post(addresses(handover)["referral_accept"], follow=True)
    html = response.content.decode()
    for person in handover.enquiry.applicants.all():
        assert str(person) in html
    assert "Do not leave a message" in html
    assert AccessLog.objects.filter(user=gateshead_worker, action="read_referral").count() == 1


@pytest.mark.parametrize(("name", "answer"), [("referral_decline", "declined"), ("referral_return", "returned")])
def test_giving_back_asks_why(name, answer, sent, sign_in, gateshead_worker):
    handover = sent()
    client, address = sign_in(gateshead_worker), addresses(handover)[name]
    response = client.post(address, {"note": "What I typed"})
    assert response.status_code == 200
    assert "Select a reason" in response.content.decode() and "What I typed" in response.content.decode()
    response = client.post(address, {"reason": "other", "note": ""})
    assert "Say in a few words" in response.content.decode()
    assert client.post(address, {"reason": "other", "note": "Closed for August"}).status_code == 302
    handover.refresh_from_db()
    assert (handover.state, handover.reason, handover.note) == (answer, "other", "Closed for August")
    assert handover.enquiry.stage == "ready" and handover.enquiry.clock == "handover"
    assert "Closed for August" in client.get(addresses(handover)["referral"]).content.decode()


def test_after_withdrawal_the_authority_sees_nobody(accepted, sign_in, worker, gateshead_worker):
    handover = accepted()
    withdraw_handover(handover=handover, by=worker, reason="person_asked", note="Amina rang us")
    client = sign_in(gateshead_worker)
    html = client.get(addresses(handover)["referral"]).content.decode()
    html += client.get(addresses(handover)["referrals"]).content.decode()
    for secret in [*everything_about(handover), "rang us"]:
        assert secret not in html, secret
    assert "Withdrawn by the hub" in html
    assert client.get(addresses(handover)["referral_json"]).status_code == 403


@pytest.mark.parametrize("page", ["referral_decline", "referral_return"])
def test_of_one_that_a_colleague_accepted_no_form_is_shown(page, accepted, sign_in, gateshead_worker):
    handover = accepted()
    answer = sign_in(gateshead_worker).get(addresses(handover)[page], follow=True)
    assert answer.redirect_chain == [(addresses(handover)["referral"], 302)]
    assert f"{handover.reference} is answered already" in answer.content.decode()


def test_taken_back_while_somebody_looks(sent, sign_in, worker, gateshead_worker, monkeypatch):
    handover = sent()

    def too_late(**said):
        with for_the_hub():
            withdraw_handover(handover=handover, by=worker, reason="person_asked")
        return open_handover(**said)

    monkeypatch.setattr("handover.views_portal.open_handover", too_late)
    answer = sign_in(gateshead_worker).get(addresses(handover)["referral"])
    assert answer.status_code == 409 and f"{handover.reference} is no longer with you" in answer.content.decode()


def test_the_list_has_three_groups(sent, accepted, sign_in, gateshead_worker):
    new, with_us, declined = sent(), accepted(), sent()
    answer_handover(handover=declined, by=gateshead_worker, answer="declined", reason="capacity")
    html = sign_in(gateshead_worker).get(reverse("referrals")).content.decode()
    groups = html.split("<caption")
    assert new.reference in groups[1] and with_us.reference in groups[2] and declined.reference in groups[3]
    assert with_us.enquiry.names in groups[2] and "Application received" in groups[2]
    assert "Declined: No capacity to assess now" in groups[3]


def test_an_empty_list_says_what_will_happen(sign_in, gateshead_worker):
    assert "We email your team" in sign_in(gateshead_worker).get(reverse("referrals")).content.decode()


def test_the_number_of_queries_does_not_grow(sent, accepted, sign_in, gateshead_worker, django_assert_max_num_queries):
    client = sign_in(gateshead_worker)
    sent(), accepted()
    client.get(reverse("referrals"))  # whatever is read once
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("referrals"))
    for _ in range(4):
        sent(), accepted()
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("referrals"))
    record = reverse("referral", args=[Handover.objects.filter(state="accepted").first().reference])
    with django_assert_max_num_queries(24):
        client.get(record)


def test_files_are_handed_out_and_logged(accepted, sign_in, gateshead_worker):
    handover = accepted()
    client = sign_in(gateshead_worker)
    response = client.get(addresses(handover)["referral_json"])
    assert response.json() == handover.package and response["Cache-Control"] == "private, no-store"
    assert client.get(addresses(handover)["referral_pdf"]).status_code == 404  # the worker has not made it yet
    assert [log.action for log in AccessLog.objects.filter(user=gateshead_worker)] == ["download_json"]


def test_every_look_of_a_council_is_noted(sent, accepted, sign_in, gateshead_worker):
    new, ours = sent(), accepted()
    client = sign_in(gateshead_worker)

    def noted(address, **posted):
        AccessLog.objects.all().delete()
        client.post(address, posted) if posted else client.get(address)
        return [(look.user, look.action, look.reference) for look in AccessLog.objects.all()]

    assert noted(reverse("referrals")) == [(gateshead_worker, "referrals_list", "")]
    assert noted(addresses(new)["referral"]) == [(gateshead_worker, "preview_referral", new.reference)]
    for name in ("referral", "milestones", "referral_end"):
        assert noted(addresses(ours)[name]) == [(gateshead_worker, "read_referral", ours.reference)], name
    assert noted(addresses(ours)["milestones"], **post_date("application_received", today())) == []
    fact = ours.enquiry.activities.get(kind="application_received")
    correct = reverse("milestone_correct", args=[ours.reference, fact.pk])
    assert noted(correct) == [(gateshead_worker, "read_referral", ours.reference)]


def test_a_list_without_names_is_not_noted(sent, sign_in, gateshead_worker):
    sent()
    sign_in(gateshead_worker).get(reverse("referrals"))
    assert not AccessLog.objects.exists()


def test_long_lists_are_cut_and_say_so(sent, sign_in, gateshead_worker, monkeypatch):
    monkeypatch.setattr("handover.portal.A_PAGE", 2)
    handovers = [sent() for _ in range(6)]
    for handover in handovers[:3]:
        answer_handover(handover=handover, by=gateshead_worker, answer="declined", reason="capacity")
    page = sign_in(gateshead_worker).get(reverse("referrals"))
    assert [item.handover for item in page.context["new"]] == handovers[3:5]
    assert page.context["ended"] == [handovers[2], handovers[1]]
    assert "The 2 that have waited longest. The others follow" in page.content.decode()
    assert "Others ended this month too" in page.content.decode()
    answer_handover(handover=handovers[3], by=gateshead_worker, answer="accepted")
    assert "The others follow" not in sign_in(gateshead_worker).get(reverse("referrals")).content.decode()


def post_date(name: str, day: datetime.date) -> dict:
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def test_dates_are_filled_in_on_one_page(accepted, sign_in, gateshead_worker):
    handover, day = accepted(), today()
    client, address = sign_in(gateshead_worker), addresses(handover)["milestones"]
    assert "This comes next" in client.get(address).content.decode()
    dates = post_date("application_received", day) | post_date("stage2_started", day) | post_date("decided", day)
    response = client.post(address, dates)
    assert "Select what was decided" in response.content.decode()
    response = client.post(address, {**dates, "outcome": "approved", "places": "2"}, follow=True)
    handover.refresh_from_db()
    assert handover.state == "completed" and handover.enquiry.stage == "approved" and handover.enquiry.places == 2
    assert "Approved, 2 places" in response.content.decode()


def test_a_date_that_cannot_be_is_shown_beside_its_field(accepted, sign_in, gateshead_worker):
    handover = accepted()
    client, address = sign_in(gateshead_worker), addresses(handover)["milestones"]
    day = today() + datetime.timedelta(days=2)
    response = client.post(address, post_date("application_received", day) | {"panel_held_day": "31"})
    html = response.content.decode()
    assert "must include a month and year" in html and 'value="31"' in html
    response = client.post(address, post_date("application_received", day))
    assert "cannot be dated in the future" in response.content.decode()
    assert 'id="id_application_received_error"' in response.content.decode()
    assert "Enter at least one date" in client.post(address, {}).content.decode()
    handover.refresh_from_db()
    assert handover.enquiry.stage == "with_authority"


def test_an_ending_with_its_reason(accepted, sign_in, gateshead_worker):
    handover = accepted()
    client, address = sign_in(gateshead_worker), addresses(handover)["referral_end"]
    assert "Select a reason" in client.post(address, {}).content.decode()
    client.post(address, {"reason": "moving_home", **post_date("occurred_on", today())})
    handover.refresh_from_db()
    assert handover.state == "completed" and handover.enquiry.closed_reason == "moving_home"
    html = client.get(reverse("referrals")).content.decode()
    assert "Moving home" in html


def test_a_correction(accepted, sign_in, gateshead_worker):
    handover = accepted()
    client = sign_in(gateshead_worker)
    client.post(addresses(handover)["milestones"], post_date("application_received", today()))
    fact = handover.enquiry.activities.get(kind="application_received")
    address = reverse("milestone_correct", args=[handover.reference, fact.pk])
    assert "Select what it should say" in client.post(address, {"why": "Typed wrongly"}).content.decode()
    assert client.post(address, {"what": "did_not", "why": "Another family's"}).status_code == 302
    handover.refresh_from_db()
    assert handover.enquiry.stage == "with_authority"
    assert client.get(address).status_code == 404


# The hub's side.


def test_preparing_shows_what_is_missing_and_what_the_council_will_see(make_enquiry, sign_in, worker, agreement):
    enquiry = make_enquiry("ready", consents={})
    html = sign_in(worker).get(reverse("handover_prepare", args=[enquiry.reference])).content.decode()
    assert "Ask whether we may share their details" in html and "Send to Gateshead" not in html
    assert enquiry.names.split(" and ")[0] in html
    whole = make_enquiry("ready")
    html = sign_in(worker).get(reverse("handover_prepare", args=[whole.reference])).content.decode()
    assert "Send to Gateshead" in html and html.count("Missing") == 0


def test_sending_from_the_page(make_enquiry, sign_in, worker, agreement):
    import re

    enquiry = make_enquiry("ready")
    address = reverse("handover_prepare", args=[enquiry.reference])
    client = sign_in(worker)
    form = dict(
        re.findall(r'<input type="hidden" name="(council|seen)" value="([^"]+)"', client.get(address).content.decode())
    )
    assert client.get(reverse("handover_send", args=[enquiry.reference])).status_code == 405
    without = client.post(reverse("handover_send", args=[enquiry.reference]), {"council": form["council"]})
    assert without.status_code == 409 and not Handover.objects.exists()
    assert client.post(reverse("handover_send", args=[enquiry.reference]), {**form, "council": "\0"}).status_code == 404
    response = client.post(reverse("handover_send", args=[enquiry.reference]), form, follow=True)
    html = response.content.decode()
    assert "Sent to Gateshead" in html and "Send to a council" not in html
    assert Handover.objects.get().sent_by == worker


def test_another_council_can_be_chosen(make_enquiry, sign_in, worker, agreement, newcastle):
    enquiry = make_enquiry("ready")
    address = reverse("handover_prepare", args=[enquiry.reference])
    html = sign_in(worker).get(address, {"council": newcastle.gss_code}).content.decode()
    assert "The agreement with Newcastle upon Tyne has not been recorded" in html
    assert "It cannot be sent yet" in html and 'govuk-tag--red">Missing' in html
    # Nobody is sent elsewhere by a slip of the hand in a list of councils.
    assert "Their council is Gateshead. Send them to Newcastle upon Tyne only if they know of it" in html
    assert "Their council is" not in sign_in(worker).get(address).content.decode()


def test_the_hub_sees_why_it_came_back_and_can_send_again(sent, sign_in, worker, gateshead_worker):
    handover = sent()
    answer_handover(
        handover=handover, by=gateshead_worker, answer="returned", reason="information", note="Which school?"
    )
    html = sign_in(worker).get(reverse("handover_prepare", args=[handover.enquiry.reference])).content.decode()
    assert "Information is missing" in html and "Which school?" in html and "Send it again" in html
    assert "Samir Gateshead" in html


def test_withdrawing_from_the_page(sent, sign_in, worker):
    handover = sent()
    address = reverse("handover_withdraw", args=[handover.reference])
    client = sign_in(worker)
    assert "Select a reason" in client.post(address, {}).content.decode()
    client.post(address, {"reason": "person_asked"})
    handover.refresh_from_db()
    assert handover.state == "withdrawn" and handover.enquiry.stage == "ready"


def test_the_hubs_pages_are_for_the_hub(sent, sign_in, gateshead_worker, cluster_lead, client):
    handover = sent()
    pages = [
        reverse("handover_prepare", args=[handover.enquiry.reference]),
        reverse("handover_send", args=[handover.enquiry.reference]),
        reverse("handover_withdraw", args=[handover.reference]),
        reverse("handover_pdf", args=[handover.reference]),
    ]
    assert all(client.get(page).status_code == 302 for page in pages)
    for person in (gateshead_worker, cluster_lead):
        for page in pages:
            assert sign_in(person).get(page).status_code == 403
            assert sign_in(person).post(page).status_code == 403
    assert sign_in(someone("hub_worker")).get("/hub/enquiries/BBBB-2222/handover/").status_code == 404
