"""Whether and how we may contact somebody: one table of what is so, which way, what for, and what comes of it."""

import datetime

import pytest
from django.utils import timezone

from enquiries.models import Applicant, Consent, Enquiry, PostalAddress, SafeContact
from enquiries.models.letters import Purpose
from enquiries.reach import is_safe, may_reach
from enquiries.services import record_activity
from hub.contact import takes_texts
from hub.messages.delivery import NO_EMAIL
from hub.models import Message
from hub.working_time import today
from tests.factories import make_enquiry as make
from tests.factories import someone

LANDLINE, MOBILE = "+441134960123", "+447700900123"


def safe(**rules):
    return lambda enquiry: SafeContact.objects.update_or_create(enquiry=enquiry, defaults=rules)


def person(**fields):
    return lambda enquiry: Applicant.objects.filter(enquiry=enquiry, position=1).update(**fields)


def wrote(outcome="", **changes):
    def do(enquiry):
        record_activity(
            enquiry=enquiry, kind="message_received", by=None, recorder="enquirer", outcome=outcome, channel="email",
            note="STOP" if outcome else "Hello", **changes,
        )  # fmt: skip

    return do


def recorded(kind, **details):
    return lambda enquiry: record_activity(enquiry=enquiry, kind=kind, by=someone("hub_worker"), **details)


def consent(purpose, given=True, days=None):
    """Given today, or the refusal of it; of a yes for so many days, the last is counted from the test's own today."""
    return lambda enquiry: Consent.objects.create(
        enquiry=enquiry, purpose=purpose, given=given, wording="May we?", channel="phone",
        expires_on=None if days is None else today() + datetime.timedelta(days=days),
    )  # fmt: skip


def failed(fault, channel="email"):
    def do(enquiry):
        to = enquiry.applicants.get(position=1)
        Message.objects.create(
            template="closing", channel=channel, to=to.email if channel == "email" else to.phone, subject="s", body="b",
            reference=enquiry.reference, idempotency_key=f"failed-{enquiry.pk}", to_household=True, state="failed",
            failed_at=timezone.now(), last_fault=fault,
        )  # fmt: skip

    return do


def post(enquiry):
    PostalAddress.objects.create(enquiry=enquiry, lines="1 Amber Street\nGateshead\nNE8 1AA")


TEXTS = safe(by_text=True)
CLOSE = recorded("closed", reason="timing")
# stage, what is so, by which way, what for, and the word that says why not ("" where we may).
TABLE = [
    ("new", [], "email", "service", ""),
    ("new", [], "phone", "service", ""),
    ("new", [], "text", "service", "have not said"),
    ("new", [TEXTS], "text", "service", ""),
    ("new", [], "letter", "service", "no postal address"),
    ("new", [post], "letter", "service", ""),
    # What keeps them safe comes before everything, whatever for.
    ("new", [safe(by_email=False)], "email", "service", "not to email"),
    ("new", [safe(by_email=False)], "email", "asked", "not to email"),
    ("new", [safe(by_phone=False)], "phone", "service", "not to ring"),
    ("new", [safe(by_phone=False, by_text=True)], "text", "service", ""),
    ("new", [post, safe(say_who=False)], "letter", "closing", "see a letter"),
    ("new", [post, safe(leave_message=False)], "letter", "service", "see a letter"),
    # A language is no hindrance.
    ("new", [safe(language="Polish", interpreter=True)], "phone", "service", ""),
    # An address, and one that can be reached that way.
    ("new", [person(email="")], "email", "service", "no email address"),
    ("new", [person(phone="")], "phone", "service", "no telephone number"),
    ("new", [TEXTS, person(phone=LANDLINE)], "text", "service", "landline"),
    ("new", [person(phone=LANDLINE)], "phone", "service", ""),
    ("new", [failed("permanent-failure")], "email", "service", "came back"),
    ("new", [failed("Returned")], "email", "asked", ""),
    ("new", [failed("temporary-failure")], "email", "service", ""),
    ("new", [failed(NO_EMAIL)], "email", "service", "came back"),
    ("new", [failed("permanent-failure"), wrote()], "email", "service", ""),
    ("new", [failed("permanent-failure"), person(email="new@example.org")], "email", "service", ""),
    ("new", [TEXTS, failed("permanent-failure", "text")], "text", "service", "takes no messages"),
    ("new", [TEXTS, failed("permanent-failure", "text")], "email", "service", ""),
    # They asked us to stop.
    ("new", [wrote("stop")], "email", "service", "asked us to stop"),
    ("new", [wrote("stop")], "phone", "service", "asked us to stop"),
    ("new", [wrote("stop")], "email", "nudge", "asked us to stop"),
    ("new", [wrote("stop")], "email", "closing", ""),
    ("new", [wrote("stop")], "email", "asked", "asked us to stop"),
    ("new", [wrote("stop"), wrote()], "email", "service", ""),
    ("new", [wrote("stop"), recorded("conversation", channel="phone")], "email", "service", ""),
    ("new", [wrote(), wrote("stop")], "email", "service", "asked us to stop"),
    # Closed, and with a council.
    ("new", [CLOSE], "email", "service", "closed"),
    ("new", [CLOSE], "email", "nudge", "closed"),
    ("new", [CLOSE], "email", "closing", ""),
    ("handed_over", [], "email", "service", ""),
    ("handed_over", [], "email", "nudge", "are with"),
    ("with_authority", [], "email", "nudge", "Gateshead"),
    ("in_touch", [], "email", "nudge", ""),
    # What rests on consent alone.
    ("new", [], "email", "keep_in_touch", "not agreed"),
    ("new", [consent("keep_in_touch")], "email", "keep_in_touch", ""),
    ("new", [consent("keep_in_touch"), CLOSE], "email", "keep_in_touch", ""),
    ("with_authority", [consent("research")], "email", "research", ""),
    ("new", [consent("keep_in_touch")], "email", "research", "not agreed"),
    ("new", [consent("keep_in_touch"), consent("keep_in_touch", given=False)], "email", "keep_in_touch", "not agreed"),
    ("new", [consent("keep_in_touch", days=1)], "email", "keep_in_touch", ""),
    ("new", [consent("keep_in_touch", days=0)], "email", "keep_in_touch", "no longer"),
    ("new", [consent("keep_in_touch")], "email", "ask_again", "not agreed"),
    ("new", [consent("ask_again", days=1)], "email", "ask_again", ""),
    ("new", [consent("ask_again")], "email", "keep_in_touch", "not agreed"),
    ("new", [consent("keep_in_touch"), wrote("stop")], "email", "keep_in_touch", "asked us to stop"),
]  # fmt: skip


def test_the_whole_table(directory):
    assert {purpose for *_rest, purpose, _why in TABLE} == {*Purpose}
    wrong = []
    for number, (stage, facts, channel, purpose, why) in enumerate(TABLE):
        enquiry = make(stage)
        for fact in facts:
            fact(enquiry)
        verdict = may_reach(Enquiry.objects.get(pk=enquiry.pk), channel, purpose)
        if verdict.allowed is bool(why) or why not in verdict.why or (verdict.allowed and not verdict.address):
            wrong.append((number, stage, channel, purpose, why, verdict))
    assert wrong == []


def test_the_second_person_is_written_to_where_the_first_cannot_be(make_enquiry):
    enquiry = make_enquiry()
    second = enquiry.applicants.get(position=2)
    Applicant.objects.filter(pk=second.pk).update(email="tom@example.org")
    failed("permanent-failure")(enquiry)
    verdict = may_reach(Enquiry.objects.get(pk=enquiry.pk), "email")
    assert (verdict.to, verdict.address) == (second, "tom@example.org")


def test_a_merged_enquiry_is_asked_as_where_its_household_goes_on(make_enquiry, worker):
    from enquiries.duplicates.merging import merge_enquiries

    kept, absorbed = make_enquiry(), make_enquiry()
    merge_enquiries(survivor=kept, absorbed=absorbed, by=worker)
    SafeContact.objects.filter(enquiry=absorbed).update(by_email=False)
    absorbed = Enquiry.objects.get(pk=absorbed.pk)
    assert may_reach(absorbed, "email").address == kept.applicants.first().email
    SafeContact.objects.update_or_create(enquiry=kept, defaults={"by_email": False})
    assert not may_reach(absorbed, "email")


def test_safety_alone_asks_for_no_address(make_enquiry):
    enquiry = make_enquiry()
    person(email="")(enquiry)
    assert is_safe(enquiry, "email") and not may_reach(enquiry, "email")


@pytest.mark.parametrize(
    ("number", "takes"),
    [(MOBILE, True), (LANDLINE, False), ("+447624123456", True), ("+447012345678", False), ("+447612345678", False),
     ("+33612345678", True), ("+33142345678", False), ("not a number", False)],
)  # fmt: skip
def test_which_numbers_take_texts(number, takes):
    assert takes_texts(number) is takes
