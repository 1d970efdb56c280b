"""What staff record on an enquiry: one table. Address, form, words and the one service that each page calls.

Whether it may be done now, and by whom, is for the journey table to say; this one says how it is asked and called.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.urls import reverse

from enquiries import journey
from enquiries.callbacks.forms import CallbackForm, CancelCallbackForm
from enquiries.callbacks.services import book_callback, cancel_callback
from enquiries.casework import forms, services
from enquiries.casework import household_forms as household
from enquiries.councils import forms as council_forms
from enquiries.councils import services as councils
from enquiries.models import Enquiry
from enquiries.services import assign_enquiry, record_activity, void_activity
from hub.people.roles import HUB_ROLES, RIGHTS, Role


@dataclass(frozen=True)
class Action:
    name: str  # of the URL
    path: str  # after the enquiry's own address
    kinds: tuple[str, ...]  # of activity that it may record: the journey table is asked about these
    form: type[forms.RecordForm]
    service: Callable
    title: str
    button: str
    done: str
    intro: str = ""
    template: str = "casework/record.html"
    red: bool = False
    stages: frozenset = journey.ALL_STAGES  # where it makes sense, within what the journey table allows
    listed: bool = True  # among "Record something else" on the enquiry page

    def possible_for(self, user) -> bool:
        """Whether this person's role may ever do it."""
        return any(move.kind in self.kinds and user.can(move.right) for move in journey.MOVES)

    def allowed(self, enquiry: Enquiry, user) -> bool:
        return enquiry.stage in self.stages and any(enquiry.may(kind, user) for kind in self.kinds)

    def url(self, enquiry: Enquiry) -> str:
        return reverse(self.name, args=[enquiry.reference])


def _recording(kind: str) -> Callable:
    return partial(record_activity, kind=kind)


def _voiding(*, enquiry, **details):
    return void_activity(**details)


def _by_staff(service: Callable) -> Callable:
    return partial(service, recorder="person")


ACTIONS = (
    Action(
        "log_call", "call/", ("conversation", "attempt"), forms.LogCallForm, services.log_call,
        "Log a call", "Save", "The call is on the timeline.", template="casework/log_call.html",
    ),
    Action(
        "book_callback", "call-back/", ("callback_booked",), CallbackForm, _by_staff(book_callback),
        "Book a call-back", "Book this time", "The call-back is booked.",
        intro="A time at which they like to be rung. One that is booked already is given back.",
    ),
    Action(
        "cancel_callback", "call-back/cancel/", ("callback_cancelled",), CancelCallbackForm, _by_staff(cancel_callback),
        "Cancel the call-back", "Cancel the call-back", "The call-back is cancelled.", red=True, listed=False,
    ),
    Action(
        "record_visit", "visit/", ("initial_visit",), forms.VisitForm, services.record_visit,
        "Record the first visit", "Save", "The visit is on the timeline.",
    ),
    Action(
        "record_eoi", "eoi/", ("eoi_submitted",), forms.EoiForm, services.record_eoi,
        "Record an expression of interest", "Save", "The expression of interest is in. A manager authorises it next.",
    ),
    Action(
        "authorise_eoi", "eoi/authorise/", ("eoi_authorised",), forms.OptionalNoteForm, _recording("eoi_authorised"),
        "Authorise the expression of interest", "Authorise", "Authorised. It can be handed over now.",
        intro="After this the enquiry is ready to be sent to the council.",
    ),
    Action(
        "return_eoi", "eoi/return/", ("eoi_returned",), forms.ReturnEoiForm, _recording("eoi_returned"),
        "Return the expression of interest", "Return it", "Returned, with what has to be completed.",
        intro="The enquiry goes back to “In touch” and its owner follows up.",
    ),
    Action(
        "assign", "owner/", ("assigned",), forms.AssignForm, assign_enquiry,
        "Change the owner", "Save", "The owner is changed.",
    ),
    Action(
        "note", "note/", ("note",), forms.NoteForm, _recording("note"),
        "Add a note", "Save", "The note is on the timeline.",
        intro="A note is for the record only: it stops no clock and counts as no contact.",
    ),
    Action(
        "hold", "hold/", ("hold_started",), forms.HoldForm, _recording("hold_started"),
        "Put on hold", "Put on hold", "On hold until the day you gave.",
        intro="“Not yet” is fine. The enquiry comes back to the list on the day you choose.",
    ),
    Action(
        "end_hold", "hold/end/", ("hold_ended",), forms.OptionalNoteForm, _recording("hold_ended"),
        "End the hold", "End the hold", "No longer on hold.",
    ),
    Action(
        "safe_contact", "safe-contact/", ("details_changed",), household.SafeContactForm, services.change_safe_contact,
        "Change how to reach them safely", "Save", "From now on everybody sees these rules.",
    ),
    Action(
        "people", "people/", ("details_changed",), household.PeopleForm, services.change_people,
        "Change names, contact or postcode", "Save", "The details are changed.",
    ),
    Action(
        "consent", "consent/", ("details_changed",), household.ConsentForm, services.record_consent,
        "Record consent to share", "Save", "What they said is kept, with the words that were read to them.",
    ),
    Action(
        "allocate", "council/", ("details_changed",), household.AllocateForm, services.choose_authority,
        "Choose the council", "Save", "The council is set.", stages=journey.HUB_STAGES,
    ),
    Action(
        "keep_from_council", "council/never/", ("details_changed",), council_forms.KeepFromForm,
        councils.keep_from_council, "A council that must not know", "Save", "From now on everybody sees this.",
        intro="They work there, or somebody they know does. The enquiry cannot be sent to that council then.",
    ),
    Action(
        "park", "park/", ("parked",), council_forms.ParkForm, councils.park_enquiry,
        "Put aside", "Put aside", "Put aside until the day you gave.", listed=False,
        intro="For when their council cannot be found today. What we promised them stays due.",
    ),
    Action(
        "close", "close/", ("closed",), forms.CloseForm, _recording("closed"),
        "Close the enquiry", "Close the enquiry", "Closed. They are welcome back: it can be reopened.", red=True,
    ),
    Action(
        "reopen", "reopen/", ("reopened",), forms.ReopenForm, _recording("reopened"),
        "Reopen the enquiry", "Reopen", "Open again, in the stage it was closed from.",
    ),
    Action(
        "void", "facts/<int:fact>/void/", ("voided",), forms.VoidForm, _voiding,
        "Void an entry", "Void the entry", "Voided. The state follows from what is left.",
        template="casework/void.html", red=True, listed=False,
    ),
)  # fmt: skip

# Pages of other parts of the product that do the next step; enquiries know them by their address only.
ELSEWHERE = {"handover_sent": ("handover_prepare", "Prepare the handover")}


def allowed_actions(enquiry: Enquiry, user) -> list[Action]:
    """What this person may record now, in the order of the table."""
    return [action for action in ACTIONS if action.listed and action.allowed(enquiry, user)]


@dataclass(frozen=True)
class Step:
    """The next thing to do, as a button."""

    text: str
    href: str


def next_steps(enquiry: Enquiry, user) -> list[Step]:
    """What moves the enquiry on and this person may do, the main one first; empty where it is another's turn."""
    steps: dict[str, Step] = {}
    kinds = ("conversation", "hold_ended") if enquiry.on_hold else enquiry.rule.next_kinds
    for kind in kinds:
        if not enquiry.may(kind, user):
            continue
        if kind in ELSEWHERE:
            name, text = ELSEWHERE[kind]
            steps[name] = Step(text, reverse(name, args=[enquiry.reference]))
            continue
        action = next(action for action in ACTIONS if kind in action.kinds)
        steps[action.name] = Step(action.title, action.url(enquiry))
    return list(steps.values())


def whose_turn(enquiry: Enquiry) -> str:
    """Who does the next step, in words, for those who may not."""
    if enquiry.rule.turn == journey.Turn.AUTHORITY:
        return str(enquiry.held_by or enquiry.authority or "The council")
    rights = {move.right for move in journey.MOVES if move.kind in enquiry.rule.next_kinds}
    roles = [Role(role).label.lower() for role in sorted(HUB_ROLES) if rights & RIGHTS[role]]
    return f"A {' or '.join(roles)}" if roles else "Nobody"
