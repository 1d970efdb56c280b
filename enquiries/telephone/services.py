"""The writes of the telephone: what its system tells us, calls as they are taken, and what they are filed as."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from enquiries.callbacks.services import book_callback
from enquiries.casework.services import REACHED, log_call
from enquiries.intake.services import receive_enquiry
from enquiries.letters.outbox import write_to_household
from enquiries.models import CallEvent, CallScript, Enquiry, LineTest, PhoneCall, ScriptHidden
from enquiries.not_yet.check_ins import plan_check_ins
from enquiries.services import lock_enquiry, record_activity, refuse_unless_current
from enquiries.telephone.callers import households_with, number_of, one_at_a_time
from enquiries.telephone.filing import add_to_enquiry
from enquiries.telephone.missed import answer_missed_call, enquiry_of_a_number, they_rang
from enquiries.telephone.script import current_script
from enquiries.telephone.taking import LONGEST_ANSWER, Filing
from enquiries.visits.services import call_off_visit
from hub.errors import Refused

LONGEST_CALL_ID = 100
_NOTHING_OF_IT = {"caller": "", "dialled": "", "recording": ""}


@transaction.atomic
def record_call_event(
    *,
    call_id: str,
    kind: str,
    caller: str = "",
    dialled: str = "",
    at: datetime.datetime,
    recording: str = "",
) -> CallEvent:
    """Keep what the telephone system tells us of a call; told again (same call and kind), it is the event we have.

    `missed` and `voicemail` of a number we know go on that household's enquiry as `called_us`; of an unknown one an
    enquiry is made, which has only the number. Out of hours we promise to ring when we open. A withheld number, and
    one that several households share, wait for a person (`CallEvent.objects.to_see`). `start` and `ended` move nothing.
    Of a call that was nothing for us neither number nor recording is kept. `Refused` for a kind that we do not know,
    or a call without an id.
    """
    call_id = call_id.replace("\x00", "").strip()
    if not call_id or len(call_id) > LONGEST_CALL_ID:
        raise Refused(f"A call needs an id of 1 to {LONGEST_CALL_ID} characters.")
    if kind not in CallEvent.Kind.values:
        raise Refused(f"There is no event “{kind}”. There are: {', '.join(CallEvent.Kind.values)}.")
    if recording and not is_link(recording):
        raise Refused("A recording is a link of at most 500 characters.")
    told: dict[str, Any] = {"caller": number_of(caller), "dialled": number_of(dialled), "recording": recording}
    taken = PhoneCall.objects.select_for_update(of=("self",)).filter(call_id=call_id).select_related("by").first()
    if taken is not None and taken.state == PhoneCall.State.DROPPED:
        told = {**_NOTHING_OF_IT, "seen_at": taken.ended_at, "seen_by": taken.by}
    event, is_new = CallEvent.objects.get_or_create(call_id=call_id, kind=kind, defaults={"at": at, **told})
    if is_new and kind in (CallEvent.Kind.MISSED, CallEvent.Kind.VOICEMAIL):
        answer_missed_call(event)
    return event


def is_link(text: str) -> bool:
    """Whether a recording can be kept as where staff listen to it."""
    return text.startswith(("https://", "http://")) and len(text) <= 500


@transaction.atomic
def see_call_event(*, event: CallEvent, by) -> CallEvent:
    """Somebody has seen to a call that belongs to no enquiry, whatever we were told of it; the first one counts."""
    _same_call(event).filter(seen_at__isnull=True).update(seen_at=timezone.now(), seen_by=by)
    return CallEvent.objects.get(pk=event.pk)


def _same_call(event: CallEvent):
    """What we were told of one call that nobody took: a system may tell "missed" and then "voicemail"."""
    return CallEvent.objects.unanswered().filter(call_id=event.call_id)


@transaction.atomic
def say_who_rang(*, event: CallEvent, enquiry: Enquiry | None, by) -> Enquiry:
    """Put a call that nobody took with the household that a person chose, or with None make an enquiry of its number.

    Only one of those that share the number can be chosen. A call that has its enquiry keeps it. All that we were told
    of the call goes there, as one fact.
    """
    told = list(_same_call(event).select_for_update().order_by("pk"))
    locked = next(one for one in told if one.pk == event.pk)
    if locked.enquiry is not None:
        raise Refused(f"This call is with {locked.enquiry.reference} already.")
    if not locked.caller:
        raise Refused("The number was withheld: nobody can be rung back.")
    one_at_a_time(locked.caller)
    if enquiry is not None and not households_with(Enquiry.objects.all(), locked.caller).filter(pk=enquiry.pk).exists():
        raise Refused(f"{enquiry.reference} does not have this number, or is closed.")
    theirs = lock_enquiry(enquiry.pk) if enquiry else enquiry_of_a_number(locked, by=by)
    _same_call(event).filter(enquiry__isnull=True).update(enquiry=theirs, seen_at=timezone.now(), seen_by=by)
    left_message = (one for one in told if one.kind == CallEvent.Kind.VOICEMAIL)
    they_rang(theirs, next(left_message, locked), note=f"{by.name} says that it was them.")
    return theirs


@transaction.atomic
def start_call(
    *, by, number: str = "", dialled: str = "", event: CallEvent | None = None, enquiry: Enquiry | None = None
) -> PhoneCall:
    """Begin a call with the script as it is now. `event` is a ringing call, which one person takes; `enquiry` is whom
    we ring. Numbers in E.164, "" where withheld."""
    script = current_script()
    if not script.pk:
        script, _ = CallScript.objects.get_or_create(
            version=script.version, defaults={"parts": script.parts, "why": script.why}
        )
    call_id = event.call_id if event else ""
    try:
        with transaction.atomic():
            return PhoneCall.objects.create(
                by=by,
                number=event.caller if event else number,
                dialled=event.dialled if event else dialled,
                script=script,
                call_id=call_id,
                enquiry=enquiry,
            )
    except IntegrityError as fault:
        taken = PhoneCall.objects.filter(call_id=call_id).select_related("by").first() if call_id else None
        if taken is None:
            raise
        raise Refused(f"{taken.by.name} has taken this call.") from fault


@dataclass(frozen=True)
class Kept:
    """What came of a save. `elsewhere` names answers that another window changed since this one was opened."""

    call: PhoneCall
    elsewhere: list[str]


@transaction.atomic
def keep_answers(
    *,
    call: PhoneCall,
    by,
    typed: dict[str, list[str]],
    window: str,
    seen: int,
    turn: int = 0,
    whole_page: bool = False,
) -> Kept:
    """Keep what was typed, while the call is being taken.

    One answer as it is typed: the last writer wins, and is told what another window changed since. A whole page does
    not write over what another window changed meanwhile: those answers are named and left, the others are kept.
    `seen` is the call's version when the window was opened; `turn` counts the saves of one window, so that one which
    the network held up does not undo a later one.
    """
    locked = _being_taken(call, by)
    changed_elsewhere = {
        name for name, answer in locked.answers.items() if answer["n"] > seen and answer["in"] != window
    }
    now, number, left = timezone.now().isoformat(), locked.version + 1, []
    for name, said in typed.items():
        said = [text.replace("\x00", "")[:LONGEST_ANSWER] for text in said if text.strip("\x00")]
        before = locked.answers.get(name, {"said": locked.first_values.get(name, []), "in": "", "turn": 0})
        held_up = before["in"] == window and before["turn"] > turn
        if said == before["said"] or held_up:
            continue
        if whole_page and name in changed_elsewhere:
            left.append(name)
            continue
        locked.answers[name] = {"said": said, "n": number, "in": window, "turn": turn, "at": now}
    locked.save(update_fields=["answers"])
    return Kept(locked, left if whole_page else sorted(changed_elsewhere - set(typed)))


@transaction.atomic
def say_who_it_is(*, call: PhoneCall, by, enquiry: Enquiry | None) -> PhoneCall:
    """The caller has confirmed that this enquiry is theirs; None: they are somebody else after all."""
    locked = _being_taken(call, by)
    locked.enquiry = enquiry
    locked.save(update_fields=["enquiry"])
    return locked


@transaction.atomic
def file_call(*, call: PhoneCall, by, filing: Filing, version: int | None = None) -> Enquiry:
    """File a call on which we spoke: as a new enquiry by the one way in, or on the one that the caller confirmed.

    Either way the conversation is recorded, of the time at which it began, with the next step that was agreed. Of an
    enquiry that we have, gaps are filled and nothing is replaced, unless `filing` says so; `version` is the one that
    was seen of it. Filed twice, it is filed once. `Refused` where nothing is written of it (a slip is no answer of
    ours), or there is no enquiry and nothing by which to know or reach them.
    """
    locked = PhoneCall.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if locked.state == PhoneCall.State.FILED and locked.enquiry:
        return locked.enquiry
    locked = _being_taken(call, by)
    if not locked.says_something:
        raise Refused(
            "Nothing is written of this call yet. Write down what they said. If you did not talk, press “End the call "
            "without a talk” and say whether you were cut off or it was nothing for us."
        )
    if locked.enquiry is None and not filing.says_who:
        raise Refused("Enter a name, a telephone number or an email address. If nothing came of the call, end it so.")
    if locked.enquiry and version is not None:
        refuse_unless_current(lock_enquiry(locked.enquiry.pk), version)
    enquiry, otherwise, is_new = _enquiry_of(locked, filing, by)
    fact = log_call(
        enquiry=enquiry, by=by, outcome=REACHED, note="\n\n".join(filter(None, [filing.agreed, otherwise])),
        occurred_at=filing.at or max(locked.started_at, enquiry.received_at), until=filing.until,
        channel=filing.channel, next_by=filing.next_by,
    )  # fmt: skip
    if filing.hold_until:
        _hold(enquiry, filing.hold_until, by)
    if filing.callback_at:
        book_callback(enquiry=enquiry, starts_at=filing.callback_at, by=by, recorder="person")
    if is_new:
        _write_after_the_call(enquiry, by)
    _end(locked, PhoneCall.State.FILED, enquiry=enquiry, fact=fact)
    return enquiry


@transaction.atomic
def drop_call(*, call: PhoneCall, by, cut_off: bool, filing: Filing) -> Enquiry | None:
    """End a call of which nothing came.

    `cut_off`: they wait to be rung back, so it is `called_us` on their enquiry, or on a new one with what they said so
    far. Otherwise it was nothing for us (a wrong number, somebody selling): number, answers and recording are not kept.
    """
    locked = _being_taken(call, by)
    if not cut_off:
        locked.number, locked.dialled, locked.answers, locked.enquiry = "", "", {}, None
        _end(locked, PhoneCall.State.DROPPED)
        if locked.call_id:
            theirs = CallEvent.objects.filter(call_id=locked.call_id, enquiry__isnull=True)
            theirs.update(**_NOTHING_OF_IT, seen_at=locked.ended_at, seen_by=by)
        return None
    person = filing.intake.applicants[0]
    if locked.enquiry is None and not (person.phone or person.email):
        raise Refused("There is no number or address by which to reach them. End it as nothing for us.")
    enquiry, otherwise, _is_new = _enquiry_of(locked, filing, by)
    fact = record_activity(
        enquiry=enquiry, kind="called_us", by=None, outcome="cut_off", note=otherwise,
        occurred_at=max(locked.started_at, enquiry.received_at),
    )  # fmt: skip
    _end(locked, PhoneCall.State.FILED, enquiry=enquiry, fact=fact)
    return enquiry


def _hold(enquiry: Enquiry, until: datetime.date, by) -> None:
    """Not yet: wait until the day, which takes the place of one that was agreed before."""
    if enquiry.on_hold and enquiry.hold_until != until and enquiry.may("hold_ended", by):
        record_activity(enquiry=enquiry, kind="hold_ended", by=by, note="Another day was agreed")
    if not enquiry.on_hold and enquiry.may("hold_started", by):
        call_off_visit(enquiry=enquiry, by=by)
        plan_check_ins(record_activity(enquiry=enquiry, kind="hold_started", by=by, until=until))


def _being_taken(call: PhoneCall, by) -> PhoneCall:
    locked = PhoneCall.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if not PhoneCall.objects.visible_to(by).filter(pk=call.pk).exists():
        raise Refused("Somebody else is taking this call.")
    if locked.state == PhoneCall.State.FILED:
        raise Refused(f"This call has been filed as {locked.enquiry}. Nothing more can be added to it here.")
    if locked.state == PhoneCall.State.DROPPED:
        raise Refused("This call has been ended: nothing came of it.")
    return locked


def _enquiry_of(call: PhoneCall, filing: Filing, by) -> tuple[Enquiry, str, bool]:
    """The enquiry that the call belongs to, what they told us otherwise this time, and whether it is new."""
    # A colleague may have merged it while the call went on.
    enquiry, key = call.enquiry.stands_for if call.enquiry else None, f"phone-call-{call.pk}"
    if enquiry is None:
        enquiry = receive_enquiry(intake=filing.intake, by=by, idempotency_key=key, acknowledge=False)
        if enquiry.idempotency_key == key:
            return enquiry, "", True
    joined = call.enquiry is None
    otherwise = add_to_enquiry(
        enquiry, filing.intake, by=by, joined=joined, channel=filing.channel, replaces=filing.replaces
    )
    return enquiry, otherwise, False


def _end(call: PhoneCall, state: str, **filed) -> None:
    call.state, call.ended_at = state, timezone.now()
    for name, value in filed.items():
        setattr(call, name, value)
    call.save()
    if call.call_id and call.enquiry:
        CallEvent.objects.filter(call_id=call.call_id, enquiry__isnull=True).update(enquiry=call.enquiry)


def _write_after_the_call(enquiry: Enquiry, by) -> None:
    """Their reference and what happens next: the acknowledgement of the form would say that we are going to ring."""
    write_to_household(enquiry=enquiry, template="after_call", context={}, about="What happens next", by=by)


@transaction.atomic
def hide_script(*, by, hidden: bool) -> None:
    """Hide the script beside the form for this person, or show it again; it stays so."""
    if hidden:
        ScriptHidden.objects.get_or_create(by=by)
    else:
        ScriptHidden.objects.filter(by=by).delete()


@transaction.atomic
def publish_script(*, by, parts: list[dict], why: str, after: int) -> CallScript:
    """Make a new version of the script, which calls begun from now on use; earlier calls keep theirs.

    `after` is the version that was edited: another one published meanwhile is not written over.
    """
    latest = current_script()
    if latest.version != after:
        raise Refused(f"{latest.published_by or 'Somebody'} has published version {latest.version} meanwhile.")
    if latest.parts == parts:
        raise Refused("Nothing differs from the version before.")
    if not latest.pk:
        CallScript.objects.get_or_create(version=latest.version, defaults={"parts": latest.parts, "why": latest.why})
    try:
        with transaction.atomic():
            return CallScript.objects.create(version=after + 1, parts=parts, why=why, published_by=by)
    except IntegrityError as fault:
        raise Refused(f"Somebody has published version {after + 1} meanwhile.") from fault


@transaction.atomic
def record_line_test(*, by, way: str, worked: bool, note: str = "") -> LineTest:
    """Keep that somebody tried a way in as an enquirer would. What did not work must be said."""
    if not worked and not note.strip():
        raise Refused("Say what did not work, so that somebody can mend it.")
    return LineTest.objects.create(by=by, way=way, worked=worked, note=note)
