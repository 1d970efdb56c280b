"""The demo's “not yet” and what people thought: check-ins planned and sent, a consent that has run out, answers at each
moment of the last year, and an exit interview. No dice: the same region says the same."""

import datetime
from typing import Any

from django.utils import timezone

from enquiries.journey import HUB_STAGES
from enquiries.letters.nudges import plan_nudge
from enquiries.models import Activity, Consent, Enquiry, Nudge, Survey
from enquiries.not_yet.check_ins import KIND, may_ask_again, plan_check_ins, send_check_in
from enquiries.own_page.links import hash_of
from enquiries.reach import may_reach
from enquiries.services import record_activity
from hub.messages.sealed import new_seed, secret_of
from hub.messages.services import send_message_now
from hub.working_time import LONDON, local_date, today

# Score and words, in turn; nobody answers where the score is 0.
SAID = (
    (5, "Ruth listened, and did not push."), (4, ""), (0, ""), (5, "Lovely and clear."), (3, "It took three calls."),
    (0, ""), (4, "Good to know what comes next."), (5, ""), (0, ""), (2, "We were asked the same things twice."),
    (4, ""), (5, "Everybody was kind. The evening helped most."),
)  # fmt: skip
MOMENTS = {Survey.Occasion.FIRST_CONTACT: ("conversation", 70), Survey.Occasion.HANDOVER: ("handover_accepted", 30)}
EXIT_INTERVIEW = {"reason": "timing", "better": Survey.Better.SOONER, "contact_again": True}
A_YEAR = datetime.timedelta(days=330)


def make_check_ins() -> int:
    """What is planned for those on hold, one that went, and one whose yes has run out; gives how many are planned."""
    held = list(Enquiry.objects.on_hold().filter(hold_until__gt=today()).order_by("hold_until", "pk")[:40])
    for enquiry in held[:-1]:
        plan_check_ins(_hold_of(enquiry))
    if held:
        _consent_that_ran_out(held[-1])
    able = (one for one in held[:-1] if may_ask_again(one, today()) and may_reach(one, "email"))
    if one := next(able, None):
        _sent(one)
    return Nudge.objects.planned().filter(kind=KIND).count()


def make_surveys() -> int:
    """Who was asked in the last year and what they said; gives how many answered."""
    answered = 0
    for occasion, (kind, most) in MOMENTS.items():
        since = timezone.now() - A_YEAR
        facts = Activity.objects.filter(kind=kind, occurred_at__gt=since, enquiry__merged_into=None)
        first = list(facts.order_by("enquiry_id", "occurred_at", "pk").distinct("enquiry_id"))
        latest = sorted(first, key=lambda fact: (fact.occurred_at, fact.pk), reverse=True)
        for number, fact in enumerate(latest[:: max(1, len(latest) // most)]):
            answered += _asked(fact, occasion, *SAID[number % len(SAID)])
    with_us = {"enquiry__merged_into": None, "enquiry__closed_from__in": HUB_STAGES}
    closed = Activity.objects.filter(kind="closed", reason="timing", **with_us)
    for number, fact in enumerate(closed.order_by("-occurred_at", "pk")[:4]):
        told: dict[str, Any] = EXIT_INTERVIEW if number == 0 else {}
        words = "We would have liked to hear from you sooner. Ask us again when the baby is one." if told else ""
        answered += _asked(fact, Survey.Occasion.CLOSING, *((3, words) if told else SAID[number]), **told)
    return answered


def _asked(fact: Activity, occasion: str, score: int, words: str, **told) -> bool:
    """One survey, sent on the day after and answered the day after that, where that is past."""
    sent, enquiry = fact.occurred_at + datetime.timedelta(days=1), fact.enquiry
    evening = datetime.time(18, 30 + enquiry.pk % 30)
    at = datetime.datetime.combine(local_date(sent) + datetime.timedelta(days=1), evening, tzinfo=LONDON)
    if sent > timezone.now():
        return False
    survey = Survey(
        enquiry=enquiry, occasion=occasion, idempotency_key=f"{occasion}:{enquiry.pk}", sent_at=sent,
        token_sha256=hash_of(secret_of(new_seed())), expires_at=sent + datetime.timedelta(days=30),
    )  # fmt: skip
    if score and at < timezone.now():
        survey.score, survey.comment, survey.answered_at = score, words, at
        for name, value in told.items():
            setattr(survey, name, value)
        said = f"{survey.get_occasion_display()}: {survey.get_score_display()} ({score} of 5). {words}".strip()
        survey.fact = record_activity(
            enquiry=enquiry, kind="feedback", by=None, recorder="enquirer", outcome=str(score), channel="web",
            occurred_at=at, note=said,
        )  # fmt: skip
    survey.save(force_insert=True)
    return survey.score is not None


def _hold_of(enquiry: Enquiry) -> Activity:
    return enquiry.facts.not_voided().filter(kind="hold_started").newest_first()[0]


def _consent_that_ran_out(enquiry: Enquiry) -> None:
    Consent.objects.create(
        enquiry=enquiry, purpose=Consent.Purpose.ASK_AGAIN, given=True, channel="phone",
        wording="May we ask you again? Yes", expires_on=today() - datetime.timedelta(days=9),
    )  # fmt: skip


def _sent(enquiry: Enquiry) -> None:
    """The one half way, which went some minutes ago."""
    at, hold = timezone.now(), _hold_of(enquiry)
    nudge = plan_nudge(enquiry=enquiry, kind=KIND, at=at, template="not_yet_check_in", key=f"{KIND}:{hold.pk}:demo")
    message = send_check_in(nudge, enquiry)
    send_message_now(message.pk)
    Nudge.objects.filter(pk=nudge.pk).update(state=Nudge.State.SENT, decided_at=at, message=message)
