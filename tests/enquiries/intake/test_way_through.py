"""From the first page to the confirmation: what is stored of what was answered, and what the person is told."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from enquiries.intake import wording
from enquiries.intake.promise import ring_by
from enquiries.models import CallbackHours, Consent, Enquiry
from hub.models import Message
from tests.conftest import moment

pytestmark = pytest.mark.django_db

FRIDAY = moment("2026-11-20 19:30")


def sent_page(visitor) -> str:
    return visitor.client.get(reverse("enquire_sent")).content.decode()


def test_a_couple_gets_through(visitor):
    response = visitor.walk().send()
    assert response.status_code == 302 and response.url == reverse("enquire_sent")
    enquiry = Enquiry.objects.get()
    assert [str(person) for person in enquiry.applicants.all()] == ["Amina Khalid", "Tom O’Neill"]
    assert (enquiry.applicants.first().email, enquiry.applicants.first().phone) == (
        "amina@example.org",
        "+447700900123",
    )
    assert (enquiry.channel, enquiry.source, enquiry.spare_room) == ("web", "word_of_mouth", "yes")
    assert (enquiry.interests, enquiry.message) == (["short_term", "siblings"], "We have a dog.")
    assert enquiry.activities.get(kind="received").who == "the enquirer"
    assert enquiry.reference in sent_page(visitor)


def test_the_check_shows_every_answer_with_a_way_to_change_it(visitor):
    visitor.fill()
    page = visitor.client.get(reverse("enquire_check")).content.decode()
    for shown in ["NE8 1AA", "Gateshead, where I live", "Amina Khalid", "Tom O’Neill", "07700 900123", "Afternoon",
                  "Short-term<br>Brothers and sisters together", "A friend, relative or foster carer"]:  # fmt: skip
        assert shown in page
    assert page.count(">Change<") == len(visitor.client.get(reverse("enquire_check")).context["route"].steps) + 6


def test_an_answer_that_was_not_given_says_so(visitor):
    visitor.fill(contact={"email": "", "phone": "07700 900123"}, reach={"ways": ["phone"]})
    assert "Not given" in visitor.client.get(reverse("enquire_check")).content.decode()


# --- routing ---


@pytest.mark.parametrize(
    ("postcode", "rule", "authority"),
    [
        ({"postcode": "NE8 1AA"}, "residence", "Gateshead"),
        ({"postcode": "LS1 1AA"}, "out_of_region", None),
        ({"postcode": "NE99 9ZZ"}, "unknown_postcode", None),
        ({"no_postcode": "on"}, "no_postcode", None),
    ],
)
def test_routing_is_stored_with_its_rule_and_what_nobody_has_gets_an_owner(
    visitor, hub, worker, postcode, rule, authority
):
    hub.unallocated_owner = worker
    hub.save()
    outside = {"outside_next": "go_on"} if rule == "out_of_region" else None
    visitor.fill(postcode=postcode, outside=outside).send()
    enquiry = Enquiry.objects.get()
    decision = enquiry.routing.get()
    assert (decision.rule, decision.authority and decision.authority.name) == (rule, authority)
    assert decision.directory.vintage == "ONSPD November 2025 (test)"
    assert enquiry.owner == (None if authority else worker)


def test_another_council_may_be_chosen_and_why(visitor, newcastle, gateshead):
    visitor.fill(council={"choice": "another", "council": newcastle.gss_code, "why": "I work for Gateshead"}).send()
    enquiry = Enquiry.objects.get()
    assert (enquiry.authority, enquiry.chosen_authority, enquiry.residence) == (newcastle, newcastle, gateshead)
    assert enquiry.chosen_why == "I work for Gateshead"
    assert enquiry.routing.get().rule == "chosen"


# --- safe contact, consent, source ---


def test_the_safe_contact_rules_are_kept(visitor):
    visitor.fill(reach={"ways": ["phone"], "notes": "Ring my mobile only", "language": "Urdu"}).send()
    safe = Enquiry.objects.get().safe_contact
    assert (safe.by_phone, safe.by_text, safe.by_email) == (True, False, False)
    assert (safe.when, safe.leave_message, safe.say_who) == ("afternoon", False, False)
    assert (safe.notes, safe.language) == ("Ring my mobile only", "Urdu")


@pytest.mark.parametrize(
    ("closes", "calls_till", "offered"),
    [(17, None, False), (17, (17, 0), False), (17, (17, 30), True), (18, None, True), (18, (12, 0), True)],
)
def test_the_evening_is_offered_where_somebody_is_there_to_ring(visitor, hub, closes, calls_till, offered):
    hub.closes_at = datetime.time(closes)
    hub.save()
    if calls_till:
        CallbackHours.objects.create(weekday=2, starts_at=datetime.time(10), ends_at=datetime.time(*calls_till))
    visitor.fill(until="calls")
    assert ('value="evening"' in visitor.page("calls").content.decode()) == offered
    page = visitor.answer("calls", when="evening", leave_message="no", say_who="no")
    assert (page.status_code == 302) == offered
    assert offered or "Select another time to ring: nobody is here then" in page.content.decode()


def test_a_way_without_an_address_is_not_ruled_out(visitor):
    visitor.fill(contact={"phone": "07700 900123"}, reach={"ways": ["phone"]}).send()
    assert Enquiry.objects.get().safe_contact.by_email


@pytest.mark.parametrize(("answer", "given"), [("yes", True), ("no", False)])
def test_consent_is_kept_with_the_words_that_were_shown(visitor, answer, given):
    visitor.fill(until="sharing")
    page = visitor.page("sharing").content.decode()
    for words in [wording.SHARE_QUESTION, wording.SHARE_EXPLANATION, wording.SHARE_ANSWERS[answer]]:
        assert words in page
    assert wording.KEEP_IN_TOUCH in page and "we do not need your consent for that" in page
    visitor.answer("sharing", share=answer)
    visitor.send()
    share, news = (Consent.objects.get(purpose=p) for p in ("share_with_authority", "keep_in_touch"))
    assert (share.given, share.channel, news.given) == (given, "web", False)
    assert share.wording == wording.share_wording(answer) and wording.SHARE_ANSWERS[answer] in share.wording
    assert news.wording == wording.KEEP_IN_TOUCH


def test_who_does_not_remember_where_they_heard_is_not_known(visitor):
    visitor.fill(source={"source": "not_known"}).send()
    assert Enquiry.objects.get().source == ""


def test_the_first_campaign_of_the_visit_is_kept(visitor):
    visitor.client.get("/?utm_campaign=Foster%00+Care+Fortnight" + "x" * 300)
    visitor.client.get("/enquire/?utm_campaign=later")
    visitor.fill().send()
    campaign = Enquiry.objects.get().campaign
    assert campaign.startswith("Foster Care Fortnightx") and len(campaign) == 100


def test_a_visit_without_campaign_sets_no_cookie(visitor):
    assert not visitor.client.get("/").cookies
    assert not visitor.client.get("/enquire/").cookies


# --- only the answers on the route finally taken ---


def test_answers_off_the_route_are_not_sent(visitor):
    visitor.fill()
    visitor.answer("household", household="one")
    visitor.answer("contact", email="amina@example.org", phone="")
    visitor.answer("reach", ways=["email"])
    visitor.send()
    enquiry = Enquiry.objects.get()
    assert enquiry.applicants.count() == 1
    assert (enquiry.safe_contact.when, enquiry.safe_contact.leave_message) == ("any", True)


def test_a_council_that_left_the_hub_meanwhile_is_asked_again(visitor, newcastle):
    visitor.fill(council={"choice": "another", "council": newcastle.gss_code})
    newcastle.memberships.update(ends_on="2024-01-01")
    assert visitor.send().url == reverse("enquire_step", args=["council"])
    assert not Enquiry.objects.exists()


# --- what the person is told ---


@time_machine.travel(FRIDAY, tick=False)
def test_the_promise_is_the_clock(visitor):
    """Friday evening counts from Monday, so they are rung by Tuesday: on the first page, after sending, by email."""
    promised = ring_by()
    assert b"Tuesday 24 November" in visitor.client.get("/").content
    visitor.fill().send()
    enquiry = Enquiry.objects.get()
    assert enquiry.due_at == promised
    page = sent_page(visitor)
    assert "We will ring you by Tuesday 24 November" in page and enquiry.reference in page
    message = Message.objects.get()
    assert message.to == "amina@example.org" and enquiry.reference in message.subject
    assert "We will ring you by Tuesday 24 November, from 0191 498 0100." in message.body
    assert f"Your reference is {enquiry.reference}." in message.body and "What happens then" in message.body
    assert "0191 498 0100, Monday to Friday, 9am to 5pm." in message.body
    assert "&#x27;" not in message.body and "Khalid" not in message.subject


@time_machine.travel(FRIDAY, tick=False)
def test_who_must_not_be_rung_is_not_told_that_we_ring(visitor):
    visitor.fill(reach={"ways": ["email"]}, calls=None).send()
    assert "We will write to you by Tuesday 24 November" in sent_page(visitor)
    assert "We will write to you by Tuesday 24 November" in Message.objects.get().body


@pytest.mark.parametrize(
    "changes",
    [
        {"reach": {"ways": ["phone"]}},
        {"contact": {"phone": "07700 900123"}, "reach": {"ways": ["phone", "text"]}},
    ],
    ids=["unsafe email", "no email"],
)
def test_no_email_where_it_is_not_safe(visitor, changes):
    visitor.fill(**changes).send()
    assert not Message.objects.exists()
    assert "We do not send you an email" in sent_page(visitor)


def test_the_confirmation_without_an_enquiry_is_kind(visitor):
    page = sent_page(visitor)
    assert "Nothing was sent yet" in page and "Ask about fostering" in page


def test_sending_takes_a_constant_number_of_queries(visitor, django_assert_max_num_queries):
    visitor.fill()
    with django_assert_max_num_queries(52):
        visitor.send()
    with django_assert_max_num_queries(3):
        sent_page(visitor)
