"""Surveys: one question and a comment by an emailed link. Whoever asks says of what; the rest is here."""

import datetime

from django.db import transaction
from django.utils import timezone

from enquiries.casework.services import record_consent
from enquiries.intake.forms.brings import months_ahead
from enquiries.intake.wording import contact_again_wording
from enquiries.letters.outbox import queue_letter
from enquiries.models import Activity, Booking, Consent, Enquiry, Survey, Task
from enquiries.models.letters import Purpose
from enquiries.own_page.links import hash_of
from enquiries.reach import may_reach
from enquiries.services import lock_enquiry, record_activity, refuse_unless_current
from enquiries.tasks.services import add_task, settle_task
from hub.errors import Refused
from hub.messages.sealed import HIDDEN, new_seed, secret_of
from hub.working_time import today, working_time

LASTS = datetime.timedelta(days=30)
CHANGEABLE_FOR = datetime.timedelta(days=14)
CALL_WITHIN = 3  # working days in which we ring whoever would rather tell us
CALL = "exit_call"


@transaction.atomic
def ask_survey(
    *, enquiry: Enquiry, occasion: str, about: str, key: str, booking: Booking | None = None
) -> Survey | None:
    """Ask a household one question by email, where we may; `about` says of what ("“Skills to Foster”"). The same key is
    asked once. None where it was asked before, or they cannot be emailed."""
    home = enquiry.stands_for
    verdict = may_reach(home, "email", Purpose.SERVICE)
    if not verdict or verdict.to is None or Survey.objects.filter(idempotency_key=key).exists():
        return None
    seed = new_seed()
    survey = Survey.objects.create(
        enquiry=home,
        occasion=occasion,
        booking=booking,
        idempotency_key=key,
        token_sha256=hash_of(secret_of(seed)),
        expires_at=timezone.now() + LASTS,
    )
    fact = queue_letter(
        enquiry=home, applicant=verdict.to, template="survey", about=f"Asked how it was: {about}", key=key, seed=seed,
        context={"about": about, "scores": Survey.Score, "secret": HIDDEN}, capped=False,
    )  # fmt: skip
    fact.save(force_insert=True)
    return survey


def ask_with_the_end(*, enquiry: Enquiry, token: str) -> Survey:
    """Ask how it was by the link that the closing message carries, in the caller's transaction. Whoever ends twice is
    asked once: the later link opens the same survey."""
    survey = _survey_of_the_end(enquiry)
    survey.token_sha256, survey.expires_at = hash_of(token), timezone.now() + LASTS
    survey.save(update_fields=["token_sha256", "expires_at"])
    return survey


def survey_of(token: str) -> Survey | None:
    """The survey with this token, answered or not, while its link works; else None."""
    found = Survey.objects.filter(token_sha256=hash_of(token), expires_at__gt=timezone.now())
    return found.select_related("enquiry__merged_into", "booking__event").first()


def may_change(survey: Survey) -> bool:
    """Whether an answer, if there is one, may still be changed: for two weeks."""
    return survey.answered_at is None or timezone.now() < survey.answered_at + CHANGEABLE_FOR


@transaction.atomic
def answer_survey(
    *, survey: Survey, score: int, comment: str = "", by=None, seen: datetime.datetime | None = None, **exit_interview
) -> Survey:
    """Keep what they say, and put it on the timeline; for two weeks they may change it: a fact about the first.

    `seen` is when the answer that they saw was given: of two at once only one counts. `exit_interview` are the fields
    of the exit interview; `by` is who wrote it down, where they said it on the telephone.
    """
    lock_enquiry(survey.enquiry.stands_for.pk)
    kept = Survey.objects.select_for_update(of=("self",)).select_related("enquiry", "booking__event").get(pk=survey.pk)
    said = (score, comment, *exit_interview.values())
    if kept.answered_at and said == (kept.score, kept.comment, *(getattr(kept, name) for name in exit_interview)):
        return kept  # pressed twice
    if kept.answered_at and (seen is None or seen != (kept.changed_at or kept.answered_at) or not may_change(kept)):
        raise Refused("You have answered this already. Thank you.")
    changed, now = kept.answered_at is not None, timezone.now()
    kept.score, kept.comment = score, comment
    for name, value in exit_interview.items():
        setattr(kept, name, value)
    fact = record_activity(
        enquiry=kept.enquiry, kind="feedback", by=by, recorder="person" if by else "enquirer", outcome=str(score),
        channel="phone" if by else "web", about=kept.fact, note=_as_told(kept, changed),
    )  # fmt: skip
    if changed:
        kept.changed_at = now
    else:
        kept.answered_at, kept.fact, kept.answered_by = now, fact, by
    kept.save()
    if kept.is_exit_interview:
        _settle_call(kept)
        _keep_in_ledger(kept, by)
    return kept


@transaction.atomic
def ask_to_be_rung(*, survey: Survey) -> Task:
    """They would rather tell us on the telephone: a task, once. `Refused` where they asked us not to ring."""
    home = lock_enquiry(survey.enquiry.stands_for.pk)
    verdict = may_reach(home, "phone", Purpose.ASKED)
    if not survey.is_exit_interview or not verdict:
        raise Refused("We cannot ring you: you asked us not to, or we have no number. Tell us here instead.")
    if survey.answered_at:
        raise Refused("You have answered this already. Thank you.")
    Survey.objects.filter(pk=survey.pk, call_asked_at__isnull=True).update(call_asked_at=timezone.now())
    survey.refresh_from_db()
    return add_task(
        title="Exit interview by telephone", enquiry=home, kind=CALL, key=f"{CALL}:{survey.pk}",
        due_on=working_time().add_working_days(today(), CALL_WITHIN),
    )  # fmt: skip


@transaction.atomic
def record_exit_interview(*, enquiry: Enquiry, by, version: int | None = None, score: int, **said) -> Activity:
    """Write down what somebody whose enquiry is closed said on the telephone. `Refused` where they told us already."""
    refuse_unless_current(lock_enquiry(enquiry.pk), version)
    survey = _survey_of_the_end(enquiry)
    if survey.answered_at:
        raise Refused("They have told us already: it is on the timeline.")
    fact = answer_survey(survey=survey, by=by, score=score, **said).fact
    assert fact is not None
    enquiry.refresh_from_db(fields=["version"])
    return fact


def _survey_of_the_end(enquiry: Enquiry) -> Survey:
    """The exit interview of an enquiry, made where there is none: without a link until a message carries one."""
    home, occasion = enquiry.stands_for, Survey.Occasion.CLOSING
    token = secret_of(new_seed())
    survey, _ = Survey.objects.get_or_create(
        enquiry=home,
        occasion=occasion,
        booking=None,
        defaults={
            "idempotency_key": f"{occasion}:{home.pk}",
            "token_sha256": hash_of(token),
            "expires_at": timezone.now() + LASTS,
        },
    )
    return survey


def _keep_in_ledger(survey: Survey, by) -> None:
    """Whether we may contact them again is a consent like any other, with its words, for a year."""
    home, again, purpose = survey.enquiry.stands_for, survey.contact_again, Consent.Purpose.ASK_AGAIN
    latest = home.ledger.filter(purpose=purpose).first()
    before = latest is not None and latest.holds_on(today())
    if again is None or (again is False and not before):
        return
    record_consent(
        enquiry=home, by=by, recorder="person" if by else "enquirer", purpose=purpose, given=again,
        wording=contact_again_wording("yes" if again else "no"), channel="phone" if by else "web",
        expires_on=months_ahead(today(), 12) if again else None,
    )  # fmt: skip


def _settle_call(survey: Survey) -> None:
    for task in Task.objects.filter(key=f"{CALL}:{survey.pk}").open():
        settle_task(task=task, note="They have told us.")


def _as_told(survey: Survey, changed: bool) -> str:
    """The answer as the timeline says it."""
    again = None if survey.contact_again is None else "yes" if survey.contact_again else "no"
    parts = [
        f"{'Changed to' if changed else survey.get_occasion_display() if not survey.booking else survey.about}: "
        f"{survey.get_score_display()} ({survey.score} of 5).",
        f"Main reason: {survey.reason_in_words}." if survey.reason else "",
        f"What we could do better: {survey.get_better_display()}." if survey.better else "",
        f"May we contact them again: {again}." if again else "",
        survey.comment,
    ]
    return " ".join(filter(None, parts))
