"""What staff record on an enquiry: one table. Address, form, words and the one service that each page calls.

Whether it may be done now, and by whom, is for the journey table to say; this one says how it is asked and called.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.urls import reverse

from enquiries import journey
from enquiries.buddies.forms import IntroduceForm
from enquiries.buddies.services import ask_buddy
from enquiries.callbacks.forms import CallbackForm, CancelCallbackForm
from enquiries.callbacks.services import book_callback, cancel_callback
from enquiries.casework import forms, services
from enquiries.casework import household_forms as household
from enquiries.casework.correction_form import CorrectForm
from enquiries.casework.corrections import correct_activity
from enquiries.casework.told import change_told
from enquiries.closing import last_try
from enquiries.closing.forms import CloseAndTellForm
from enquiries.closing.services import close_enquiry
from enquiries.councils import forms as council_forms
from enquiries.councils import services as councils
from enquiries.councils import wishes
from enquiries.eoi import services as eoi_services
from enquiries.eoi import staff_forms as eoi_forms
from enquiries.events.forms import BookEventForm
from enquiries.events.services import book_event
from enquiries.models import Enquiry
from enquiries.not_yet.services import end_hold, start_hold
from enquiries.services import assign_enquiry, record_activity, void_activity
from enquiries.surveys.forms import ExitInterviewForm
from enquiries.surveys.services import record_exit_interview
from enquiries.visits.forms import BookVisitForm, CancelVisitForm
from enquiries.visits.services import book_visit, cancel_visit
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
    elsewhere: bool = False  # its page belongs to another part of the product, under the same name
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


def _correcting(*, enquiry, **details):
    return correct_activity(**details)


def _by_staff(service: Callable) -> Callable:
    return partial(service, recorder="person")


ACTIONS = (
    Action(
        "log_call", "call/", ("conversation", "attempt"), forms.LogCallForm, services.log_call,
        "Log a call", "Save", "The call is on the timeline.", elsewhere=True,
    ),
    Action(
        "book_callback", "call-back/", ("callback_booked",), CallbackForm, _by_staff(book_callback),
        "Book a call-back", "Book this time", "The call-back is booked.",
        intro="A time at which they like to be rung. One that is booked already is given back.",
    ),
    Action(
        "book_visit", "visit/book/", ("visit_booked",), BookVisitForm, book_visit,
        "Book the first visit", "Save", "The first visit is booked. They see it on their own page.",
        intro="One that is booked already is moved to this time.",
    ),
    Action(
        "cancel_visit", "visit/cancel/", ("visit_cancelled",), CancelVisitForm, cancel_visit,
        "Cancel the first visit", "Cancel the visit", "The first visit is cancelled. Follow up with them.", red=True,
        intro="Tell them first: their own page says nothing of why.", listed=False,
    ),
    Action(
        "cancel_callback", "call-back/cancel/", ("callback_cancelled",), CancelCallbackForm, _by_staff(cancel_callback),
        "Cancel the call-back", "Cancel the call-back", "The call-back is cancelled.", red=True, listed=False,
    ),
    Action(
        "book_event", "event/", ("event_booked",), BookEventForm, _by_staff(book_event),
        "Book an event", "Book", "The timeline says whether they have a place or wait for one. They are told by email, "
        "or you have a task to tell them.",
    ),
    Action(
        "introduce_buddy", "buddy/", ("buddy_introduced",), IntroduceForm, ask_buddy,
        "Introduce a buddy", "Ask the buddy", "The buddy is asked by email. You see on the timeline when they accept.",
        intro="An experienced carer who talks with them.", template="buddies/introduce.html",
    ),
    Action(
        "record_visit", "visit/", ("initial_visit",), forms.VisitForm, services.record_visit,
        "Record the first visit", "Save", "The visit is on the timeline.",
    ),
    Action(
        "record_eoi", "eoi/", ("eoi_submitted",), forms.EoiForm, services.record_eoi,
        "Record an expression of interest", "Save", "The expression of interest is in. A manager authorises it next.",
        intro="For one that came on paper, by the day on which it was submitted. What is on it can be filled in too.",
    ),
    Action(
        "invite_eoi", "eoi/invite/", ("eoi_invited",), eoi_forms.InviteForm, eoi_services.invite_to_eoi,
        "Ask for the expression of interest", "Send the email", "Asked by email. It is their turn now.",
        intro="They get an email that leads to their own page. What is filled in already is there.",
    ),
    Action(
        "authorise_eoi", "eoi/authorise/", ("eoi_authorised",), eoi_forms.AuthoriseForm, _recording("eoi_authorised"),
        "Authorise the expression of interest", "Authorise", "Authorised. It can be handed over now.",
        intro="After this the enquiry is ready to be sent to the council.", template="eoi/decide.html",
    ),
    Action(
        "return_eoi", "eoi/return/", ("eoi_returned",), eoi_forms.ReturnForm, eoi_services.return_eoi,
        "Return the expression of interest", "Return it", "Returned, with what has to be completed.",
        intro="The enquiry goes back to “In touch”. If they filled it in themselves an email "
        "asks them to complete it; else its owner follows up.", template="eoi/decide.html",
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
        "hold", "hold/", ("hold_started",), forms.HoldForm, start_hold,
        "Put on hold", "Put on hold", "On hold until the day you gave.",
        intro="“Not yet” is fine. The enquiry comes back to the list on the day you choose. If they agree, "
        "we ask by email or text whether it is the time, and stop when they answer.",
    ),
    Action(
        "end_hold", "hold/end/", ("hold_ended",), forms.OptionalNoteForm, end_hold,
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
        "number_right", "number/right/", ("details_changed",), household.RightNumberForm, services.say_number_is_right,
        "The number is right after all", "Save", "The number may be rung again.", listed=False,
        intro="It was marked as wrong. If they have another number, change it instead.",
    ),
    Action(
        "told", "told/", ("details_changed",), household.ToldForm, change_told,
        "Change what they told us", "Save", "The details are changed.", listed=False,
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
        "another_council", "council/another/", (wishes.KIND,), council_forms.AnotherCouncilForm,
        wishes.ask_for_another_council,
        "They would like another council", "Save", "Kept. Answer them: transfer it, or talk with them about why not.",
        intro="Their council is told nothing of this. The clock of our answer runs until they are with another "
        "council, or we have spoken.",
    ),
    Action(
        "park", "park/", ("parked",), council_forms.ParkForm, councils.park_enquiry,
        "Put aside", "Put aside", "Put aside until the day you gave.", listed=False,
        intro="For when their council cannot be found today. What we promised them stays due.",
    ),
    Action(
        "close", "close/", ("closed",), CloseAndTellForm, close_enquiry,
        "Close the enquiry", "Close the enquiry", "Closed. They are welcome back: it can be reopened.", red=True,
    ),
    Action(
        "exit_interview", "exit-interview/", ("feedback",), ExitInterviewForm, record_exit_interview,
        "Exit interview", "Save", "What they told us is on the timeline.", stages=frozenset({journey.Stage.CLOSED}),
        intro="For a call after the end: how it was for them, and why they stopped. Ask only what they like to answer.",
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
    Action(
        "correct", "facts/<int:fact>/correct/", ("voided",), CorrectForm, _correcting,
        "Correct an entry", "Save the correction", "Corrected. The old entry is struck through on the timeline.",
        template="casework/void.html", listed=False,
    ),
)  # fmt: skip

ACTION = {action.name: action for action in ACTIONS}

# Pages of other parts of the product that do the next step; enquiries know them by their address only.
ELSEWHERE = {
    "eoi_submitted": ("eoi", "Expression of interest"),
    "handover_sent": ("handover_prepare", "Prepare the handover"),
}


# "Record something else", in the order in which it is mostly sought; what is in no group comes last.
GROUPS: dict[str, tuple[str, ...]] = {
    "Talk with them": ("log_call", "book_callback", "note"),
    "Meet them": ("book_visit", "record_visit", "book_event", "introduce_buddy"),
    "Expression of interest": ("invite_eoi", "record_eoi", "authorise_eoi", "return_eoi"),
    "Their details": ("people", "safe_contact", "consent"),
    "Owner and council": ("assign", "allocate", "keep_from_council"),
    "Wait or end": ("hold", "end_hold", "close", "exit_interview", "reopen"),
}


def grouped(actions: list[Action]) -> list[tuple[str, list[Action]]]:
    """The actions under their headings, those that there are."""
    known = {name for names in GROUPS.values() for name in names}
    groups = GROUPS | {"More": tuple(one.name for one in actions if one.name not in known)}
    by_name = {action.name: action for action in actions}
    together = [(title, [by_name[name] for name in names if name in by_name]) for title, names in groups.items()]
    return [(title, some) for title, some in together if some]


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
    return [*_enough_tried(enquiry, user), *steps_of_the_stage(enquiry, user)]


def steps_of_the_stage(enquiry: Enquiry, user) -> list[Step]:
    """The same for a row of a list: by what the row holds, without asking the database for each."""
    steps: dict[str, Step] = {}
    for kind in _kinds_now(enquiry):
        if not enquiry.may(kind, user):
            continue
        if kind in ELSEWHERE:
            name, text = ELSEWHERE[kind]
            steps[name] = Step(text, reverse(name, args=[enquiry.reference]))
            continue
        action = next(action for action in ACTIONS if kind in action.kinds)
        steps[action.name] = Step(action.title, action.url(enquiry))
    return list(steps.values())


def _enough_tried(enquiry: Enquiry, user) -> list[Step]:
    """After so many attempts in vain: the closing letter, and when they have not answered it, the end."""
    if not last_try.is_tried_enough(enquiry) or not enquiry.may("closed", user):
        return []
    tried = f"We tried {enquiry.attempts} times"
    if last_try.last_message(enquiry):
        over = Step("Close: no answer to our letter", ACTION["close"].url(enquiry))
        return [over] if last_try.is_over(enquiry) else []
    if template := last_try.way_of_last_try(enquiry):
        return [Step(f"{tried}: send the closing letter", reverse("message_write", args=[enquiry.reference, template]))]
    return [Step(f"{tried}, and may not write: close", ACTION["close"].url(enquiry))]


def _kinds_now(enquiry: Enquiry) -> tuple[str, ...]:
    """“Not yet”, and a first visit that is booked, come before what the stage asks for."""
    if enquiry.on_hold:
        return ("conversation", "hold_ended")
    if enquiry.clock == "visit":
        return ("initial_visit", "visit_cancelled", "conversation")
    return enquiry.rule.next_kinds


def whose_turn(enquiry: Enquiry) -> str:
    """Who does the next step, in words, for those who may not."""
    if enquiry.rule.turn == journey.Turn.AUTHORITY:
        return str(enquiry.held_by or enquiry.authority or "The council")
    rights = {move.right for move in journey.MOVES if move.kind in enquiry.rule.next_kinds}
    roles = [Role(role).label.lower() for role in sorted(HUB_ROLES) if rights & RIGHTS[role]]
    return f"A {' or '.join(roles)}" if roles else "Nobody"
