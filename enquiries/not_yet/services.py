"""“Not yet”, and back again. One service each for staff and for the people themselves."""

import datetime
from contextlib import suppress

from django.db import transaction
from django.utils import timezone

from enquiries import journey
from enquiries.casework.services import record_consent
from enquiries.intake.forms.brings import months_ahead
from enquiries.intake.wording import LATER_BUTTON, LATER_EXPLANATION, hold_wording
from enquiries.letters.nudges import call_off_nudges
from enquiries.letters.services import send_template
from enquiries.models import Activity, ComeBackLink, Consent, Enquiry
from enquiries.not_yet.check_ins import KIND, plan_check_ins
from enquiries.services import lock_enquiry, record_activity, refuse_unless_current
from enquiries.visits.services import call_off_visit
from hub.errors import Refused
from hub.working_time import today

COUNTS_FOR = 12  # months after its day in which a yes to being asked again still counts
LATER = 6  # months
ANSWERED = "You have answered this already. Thank you."


@transaction.atomic
def start_hold(
    *,
    enquiry: Enquiry,
    by,
    until: datetime.date,
    reason: str = "",
    note: str = "",
    may_ask: bool | None = None,
    channel: str = "phone",
    words_shown: str = "",
    version: int | None = None,
    recorder: str = "person",
) -> Activity:
    """Wait until a day, with a reason of `journey.HOLD_REASONS`, which staff must give. `may_ask` is what they say to
    being asked again, by `channel`: it goes to the ledger and counts until a year after the day; None where nobody has
    asked them; `words_shown` where they were others than the usual. The check-ins are planned with the hold."""
    if until <= today():
        raise Refused("The day to ask again must be in the future.")
    if reason not in journey.HOLD_REASONS and (by is not None or reason):
        raise Refused("Select why not yet.")
    refuse_unless_current(lock_enquiry(enquiry.pk), version)
    call_off_visit(enquiry=enquiry, by=by, recorder=recorder)
    hold = record_activity(
        enquiry=enquiry, kind="hold_started", by=by, recorder=recorder, until=until, reason=reason, note=note,
    )  # fmt: skip
    if may_ask is not None:
        record_consent(
            enquiry=enquiry, by=by, purpose=Consent.Purpose.ASK_AGAIN, given=may_ask, recorder=recorder,
            wording=words_shown or hold_wording("yes" if may_ask else "no"), channel=channel,
            expires_on=months_ahead(until, COUNTS_FOR) if may_ask else None,
        )  # fmt: skip
    plan_check_ins(hold)
    return hold


@transaction.atomic
def end_hold(*, enquiry: Enquiry, by, note: str = "", version: int | None = None, recorder: str = "person") -> Activity:
    """They no longer wait; no check-in is sent any more."""
    ended = record_activity(
        enquiry=enquiry, kind="hold_ended", by=by, version=version, recorder=recorder, note=note
    )  # fmt: skip
    call_off_nudges(enquiry=enquiry.stands_for, kinds=[KIND], why="They are no longer on hold.", by=by)
    return ended


@transaction.atomic
def come_back(*, link: ComeBackLink) -> Enquiry:
    """They would like to go on: the hold ends, and that they asked starts the clock of our answer. Once for a link."""
    home = _use(link, ComeBackLink.Choice.BACK)
    end_hold(enquiry=home, by=None, recorder="enquirer", note="They came back by the link that we sent them")
    record_activity(
        enquiry=home, kind="asked_again", by=None, recorder="enquirer", channel="web",
        note="Yes, please ring me",  # the button: they read it again among what we hold
    )  # fmt: skip
    with suppress(Refused):  # they see it on the page all the same
        send_template(enquiry=home, template="came_back", by=None, key=f"come_back:{link.pk}")
    return home


@transaction.atomic
def ask_me_later(*, link: ComeBackLink) -> Enquiry:
    """Not yet, in half a year: another hold for the same reason, with a new yes to being asked again."""
    reason = link.hold.reason
    home = _use(link, ComeBackLink.Choice.LATER)
    end_hold(enquiry=home, by=None, recorder="enquirer", note="Another day was chosen")
    start_hold(
        enquiry=home, by=None, recorder="enquirer", until=months_ahead(today(), LATER), reason=reason, may_ask=True,
        channel="web", words_shown=f"{LATER_EXPLANATION} {LATER_BUTTON}",
    )  # fmt: skip
    return home


@transaction.atomic
def no_longer(*, link: ComeBackLink, reason: str = "", words: str = "") -> Enquiry:
    """They stop, with a reason or without."""
    # Imported only now: their own page has “not yet” too.
    from enquiries.own_page.services import stop

    home = _use(link, ComeBackLink.Choice.STOP)
    stop(enquiry=home, reason=reason, words=words)
    return home


def _use(link: ComeBackLink, choice: str) -> Enquiry:
    """Use the link up by one conditional update, so that of two at once only one counts; gives the enquiry, locked."""
    home = lock_enquiry(link.enquiry.stands_for.pk)
    now = timezone.now()
    if not ComeBackLink.objects.good(now).filter(pk=link.pk).update(used_at=now, chose=choice):
        raise Refused(ANSWERED)
    link.refresh_from_db()
    if not home.on_hold:
        raise Refused("Something else was agreed meanwhile. Ring us or write to us, and we see to it.")
    return home
