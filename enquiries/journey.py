"""The journey table: which activity may happen in which stage, who may record it, where it leads, which clock runs,
whose turn is next and which measure reads it.

Plain data that imports none of our code. Buttons, permissions, the timeline, clocks, returns and the drawn diagram
(docs/journey.md) all come from here. Sources: brief.md "The journey", measures.md "Facts" and rule 12.
"""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    NEW = "new"
    IN_TOUCH = "in_touch"
    EOI = "eoi"
    READY = "ready"
    HANDED_OVER = "handed_over"
    WITH_AUTHORITY = "with_authority"
    APPLICATION = "application"
    ASSESSMENT = "assessment"
    APPROVED = "approved"
    CLOSED = "closed"


class Turn(StrEnum):
    """Who acts next."""

    HUB = "hub"
    HOUSEHOLD = "household"
    AUTHORITY = "authority"
    NOBODY = "nobody"


@dataclass(frozen=True)
class StageRule:
    label: str
    turn: Turn
    clock: str  # which clock runs here, "" for none
    next_step: str  # what whoever's turn it is does next, in words
    next_kinds: tuple[str, ...]  # the activities that do it; the first is the page's main button


STAGES: dict[Stage, StageRule] = {
    Stage.NEW: StageRule("New", Turn.HUB, "first_conversation", "Ring them", ("conversation", "attempt")),
    Stage.IN_TOUCH: StageRule("In touch", Turn.HUB, "follow_up", "Follow up", ("conversation", "eoi_submitted")),
    Stage.EOI: StageRule(
        "Expression of interest", Turn.HUB, "eoi_authorisation", "Authorise the expression of interest",
        ("eoi_authorised", "eoi_returned"),
    ),
    Stage.READY: StageRule("Ready", Turn.HUB, "handover", "Send to the council", ("handover_sent",)),
    Stage.HANDED_OVER: StageRule(
        "Handed over", Turn.AUTHORITY, "authority_answer", "The council answers",
        ("handover_accepted", "handover_declined", "handover_returned"),
    ),
    Stage.WITH_AUTHORITY: StageRule(
        "With the council", Turn.AUTHORITY, "application", "The council takes the application",
        ("application_received",),
    ),
    Stage.APPLICATION: StageRule(
        "Application", Turn.AUTHORITY, "", "The council completes stage 1",
        ("stage1_started", "stage1_completed", "stage2_started"),
    ),
    Stage.ASSESSMENT: StageRule(
        "Assessment", Turn.AUTHORITY, "", "The council assesses, up to its decision", ("panel_held", "decided")
    ),
    Stage.APPROVED: StageRule("Approved", Turn.NOBODY, "", "", ()),
    Stage.CLOSED: StageRule("Closed", Turn.NOBODY, "", "", ()),
}  # fmt: skip

ALL_STAGES = frozenset(Stage)
OPEN_STAGES = ALL_STAGES - {Stage.APPROVED, Stage.CLOSED}
HUB_STAGES = frozenset({Stage.NEW, Stage.IN_TOUCH, Stage.EOI, Stage.READY})
AUTHORITY_STAGES = OPEN_STAGES - HUB_STAGES
# Once accepted, the authority holds the record: it closes, and its workers may read the whole of it.
ACCEPTED_STAGES = frozenset({Stage.WITH_AUTHORITY, Stage.APPLICATION, Stage.ASSESSMENT, Stage.APPROVED})


@dataclass(frozen=True)
class Clock:
    """A promise in working days, counted from the latest of the activities that start it."""

    label: str
    working_days: int  # the default; dated rows of `Standard` in the database come before it
    started_by: tuple[str, ...]


CLOCKS: dict[str, Clock] = {
    "first_conversation": Clock("Ring", 1, ("received", "hold_ended", "reopened")),
    "follow_up": Clock("Follow up", 5, ("conversation", "initial_visit", "eoi_returned", "hold_ended", "reopened")),
    "eoi_authorisation": Clock("Authorise", 2, ("eoi_submitted", "hold_ended", "reopened")),
    "handover": Clock(
        "Send", 2,
        ("eoi_authorised", "handover_declined", "handover_returned", "handover_withdrawn", "hold_ended", "reopened"),
    ),
    "authority_answer": Clock("Council to answer", 5, ("handover_sent",)),
    "application": Clock("Council to take the application", 20, ("handover_accepted", "reopened")),
    "hold": Clock("Ask again", 0, ("hold_started",)),
    # After our last letter to whoever cannot be reached: their time to answer it, which is kept with it.
    "last_try": Clock("Their answer to our last letter", 0, ("written",)),
    # They came to us. These run beside the stage's own clock, until we have spoken with them.
    "answer": Clock("Answer them", 1, ("asked_again", "message_received", "called_us")),
    "callback": Clock("Ring back", 1, ("callback_booked",)),  # at the time that was booked
    "visit": Clock("First visit", 0, ("visit_booked",)),  # likewise; then it is recorded, or booked again
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One kind of activity. `rank` is its place in the journey among facts of one date (measures.md, rule 1)."""

    label: str
    rank: int
    measures: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()  # details without which it means nothing
    answers_handover: bool = False  # is about one `handover_sent`
    contact: bool = False  # we and they were in touch: an automatic message never is
    answers: bool = False  # whatever they came to us with before is answered by it
    voidable: bool = True
    asks: str = ""  # they came to us and wait for an answer: the clock that runs until we have given one
    answered_by: tuple[str, ...] = ()  # what answers it besides our speaking with them


KINDS: dict[str, Kind] = {
    "received": Kind("Enquiry received", 0, ("M01", "M02", "M03", "M04"), voidable=False),
    "attempt": Kind("Tried to reach them", 10),
    "conversation": Kind("Spoke with them", 20, ("M05", "M06", "M07", "K08"), contact=True, answers=True),
    "event_attended": Kind("Came to an event", 30, ("M28",), contact=True),  # among many: the call is still owed
    "training_completed": Kind("Completed training", 40, ("M29", "K14")),
    "initial_visit": Kind("First visit", 50, ("M08", "M09", "K02", "K09"), contact=True, answers=True),
    "visit_booked": Kind("First visit booked", 45, needs=("due",)),
    "visit_cancelled": Kind("First visit cancelled", 46),
    "eoi_submitted": Kind("Expression of interest submitted", 60, ("M10",)),
    "eoi_returned": Kind("Expression of interest returned to be completed", 65, needs=("note",)),
    "eoi_authorised": Kind("Expression of interest authorised", 70, ("M11",)),
    "handover_sent": Kind("Sent to the council", 80, ("M12",), needs=("authority",), voidable=False),
    "handover_opened": Kind("Opened by the council", 85, answers_handover=True, voidable=False),
    "handover_accepted": Kind("Accepted by the council", 90, ("M13", "M15"), answers_handover=True, voidable=False),
    "handover_declined": Kind(
        "Declined by the council", 90, ("M14", "M15"), needs=("reason",), answers_handover=True, voidable=False
    ),
    "handover_returned": Kind(
        "Returned by the council for information", 90, ("M14", "M15"), needs=("reason",), answers_handover=True,
        voidable=False,
    ),
    "handover_withdrawn": Kind(
        "Handover withdrawn by the hub", 90, needs=("reason",), answers_handover=True, voidable=False
    ),
    # Nothing of theirs and nothing of ours: their silence, noted once when their time has passed.
    "handover_no_reply": Kind("No answer from the council in time", 86, answers_handover=True, voidable=False),
    # The council ended, and another stands in its place: the same referral goes on there (docs/decisions/0030).
    "handover_continued": Kind(
        "Continued by the council that came after", 96, needs=("authority", "about"), voidable=False
    ),
    "worker_named": Kind("The council named who looks after them", 95, needs=("note",), voidable=False),
    "application_received": Kind("Application received", 100, ("M16", "M17", "K03", "K10")),
    "stage1_started": Kind("Stage 1 started", 110),
    "stage1_completed": Kind("Stage 1 completed", 120),
    "stage2_started": Kind("Stage 2 started", 130),
    "panel_held": Kind("Panel held", 140),
    "decided": Kind("Decision", 150, ("M18", "M19", "M20", "M23", "K04", "K05", "K11"), needs=("outcome",)),
    "hold_started": Kind("Not yet: on hold", 160, ("M26",), needs=("until",)),
    "hold_ended": Kind("No longer on hold", 170, ("M26",)),
    "reopened": Kind("Reopened", 175, needs=("note",)),
    "closed": Kind("Closed", 180, ("M21", "M22", "M24", "M25"), needs=("reason",)),
    "merged": Kind("Merged into another enquiry", 190, ("M01",), needs=("reason", "into"), voidable=False),
    # What they did towards us, which no measure reads: no contact until we have spoken.
    "asked_again": Kind("Asked again", 8, asks="answer"),
    "callback_booked": Kind("Call-back booked", 9, needs=("due",), asks="callback"),
    "callback_cancelled": Kind("Call-back cancelled", 9),
    "message_received": Kind("They wrote to us", 15, asks="answer", voidable=False),
    "called_us": Kind("They rang us", 15, asks="answer"),
    # They tell us of their council: whether it has been in touch, and that they would like another.
    "council_heard": Kind("Said whether the council has been in touch", 91, needs=("outcome",)),
    "council_change_asked": Kind(
        "Asked for another council", 92, asks="answer", answered_by=("handover_sent",)
    ),
    "event_booked": Kind("Booked an event", 25),
    "event_cancelled": Kind("Event booking cancelled", 25),
    "feedback": Kind("Feedback from them", 200, voidable=False),
    # The hub's own facts, which no measure reads.
    "parked": Kind("Parked until its council is known", 200, needs=("until", "note")),
    "assigned": Kind("Owner changed", 200, needs=("note",), voidable=False),
    "note": Kind("Note", 200, needs=("note",)),
    "routed": Kind("Council found", 5, voidable=False),
    "details_changed": Kind("Details changed", 200, voidable=False),
    "message_sent": Kind("Automatic message", 200, voidable=False),
    "written": Kind("Wrote to them", 200, voidable=False),  # no contact before they answer
    "eoi_invited": Kind("Asked to fill in the expression of interest", 200),
    "task_done": Kind("Task done", 200, needs=("note",)),
    "buddy_introduced": Kind("Introduced to a buddy", 200, needs=("note",)),
    "buddy_spoke": Kind("Spoke with their buddy", 200),
    "document_added": Kind("Document added", 200, needs=("note",), voidable=False),
    "document_removed": Kind("Document removed", 200, needs=("note",), voidable=False),
    "voided": Kind("Entered by mistake", 210, needs=("note",), voidable=False),
}  # fmt: skip

STAYS = None
AS_BEFORE = "as_before"  # the stage that the other facts give: what it was before the closing, or the mistake


@dataclass(frozen=True)
class Move:
    """One row: this kind, in these stages, by whoever holds the right, leads there.

    `held` says whether it may happen while on hold: None for both, True only then, False never then. `ended_in` says
    in which stage a closed enquiry must have ended.
    """

    kind: str
    stages: frozenset[Stage]
    right: str
    to: str | None = STAYS
    held: bool | None = False
    outcome: str = ""
    ended_in: frozenset[Stage] = ALL_STAGES


@dataclass(frozen=True)
class Standing:
    """Where an enquiry stands, as far as the table asks."""

    stage: str
    on_hold: bool = False
    closed_from: str = ""


HUB = "record_casework"
OWN = "own_page"  # the people themselves, on their own page or form: no member of staff holds it
COUNCIL = "record_assessment"
ANSWER = "answer_handover"
SYSTEM = "system"  # nobody's to choose: the product records it itself as part of another service


def _in(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


MOVES: tuple[Move, ...] = (
    Move("received", _in(Stage.NEW), SYSTEM),
    Move("routed", ALL_STAGES, SYSTEM, held=None),
    Move("message_sent", ALL_STAGES, SYSTEM, held=None),
    # They came to us, whichever way; it is kept however the enquiry stands.
    Move("asked_again", OPEN_STAGES, SYSTEM, held=None),
    Move("message_received", ALL_STAGES, SYSTEM, held=None),
    Move("called_us", ALL_STAGES, SYSTEM, held=None),
    Move("feedback", ALL_STAGES, OWN, held=None),
    Move("feedback", _in(Stage.CLOSED), HUB, held=None),  # the exit interview, on the telephone
    Move("callback_booked", OPEN_STAGES, OWN, held=None),
    Move("callback_booked", OPEN_STAGES, HUB, held=None),
    Move("callback_booked", OPEN_STAGES, SYSTEM, held=None),  # a call out of hours
    Move("callback_cancelled", OPEN_STAGES, OWN, held=None),
    Move("callback_cancelled", OPEN_STAGES, HUB, held=None),
    Move("event_booked", OPEN_STAGES, OWN, held=None),
    Move("event_booked", OPEN_STAGES, HUB, held=None),
    Move("event_booked", OPEN_STAGES, SYSTEM, held=None),  # a place is free, from the waiting list
    Move("event_cancelled", OPEN_STAGES, OWN, held=None),
    Move("event_cancelled", OPEN_STAGES, HUB, held=None),
    Move("parked", HUB_STAGES, HUB, held=None),
    Move("details_changed", ALL_STAGES, HUB, held=None),  # a danger may become known at any time
    Move("details_changed", ALL_STAGES, OWN, held=None),
    Move("note", ALL_STAGES, HUB, held=None),
    Move("assigned", OPEN_STAGES, HUB, held=None),
    Move("assigned", OPEN_STAGES, SYSTEM, held=None),  # by rotation
    Move("written", ALL_STAGES, HUB, held=None),
    Move("task_done", ALL_STAGES, HUB, held=None),
    Move("buddy_introduced", OPEN_STAGES, HUB, held=None),
    Move("buddy_introduced", OPEN_STAGES, SYSTEM, held=None),  # the buddy accepts, by a link
    Move("buddy_spoke", ALL_STAGES, SYSTEM, held=None),  # the buddy says so, by a link
    Move("document_added", ALL_STAGES, HUB, held=None),
    Move("document_added", ALL_STAGES, OWN, held=None),
    Move("document_removed", ALL_STAGES, HUB, held=None),
    Move("voided", ALL_STAGES, HUB, AS_BEFORE, held=None),
    Move("voided", AUTHORITY_STAGES | {Stage.APPROVED, Stage.CLOSED}, COUNCIL, AS_BEFORE, held=None),
    # Supporting the person, up to the expression of interest.
    Move("attempt", OPEN_STAGES, HUB, held=None),
    Move("conversation", _in(Stage.NEW), HUB, Stage.IN_TOUCH, held=None),
    Move("conversation", OPEN_STAGES - {Stage.NEW}, HUB, held=None),
    Move("event_attended", OPEN_STAGES, HUB, held=None),
    Move("event_attended", OPEN_STAGES, SYSTEM, held=None),  # they signed up there, on the day
    Move("training_completed", OPEN_STAGES, HUB, held=None),
    Move("visit_booked", HUB_STAGES, HUB),
    Move("visit_cancelled", HUB_STAGES, HUB, held=None),
    Move("visit_cancelled", HUB_STAGES, OWN, held=None),  # they say “not yet”
    Move("initial_visit", OPEN_STAGES, HUB),
    Move("initial_visit", ACCEPTED_STAGES - {Stage.APPROVED}, COUNCIL),
    Move("eoi_invited", _in(Stage.IN_TOUCH), HUB),
    Move("eoi_submitted", _in(Stage.IN_TOUCH), HUB, Stage.EOI),
    Move("eoi_submitted", _in(Stage.IN_TOUCH), OWN, Stage.EOI),  # filled in on their own page
    Move("eoi_returned", _in(Stage.EOI), "authorise_eoi", Stage.IN_TOUCH),
    Move("eoi_authorised", _in(Stage.EOI), "authorise_eoi", Stage.READY),
    # Handover: one holder at every moment.
    Move("handover_sent", _in(Stage.READY), "send_handover", Stage.HANDED_OVER),
    Move("handover_opened", _in(Stage.HANDED_OVER), ANSWER),
    Move("handover_accepted", _in(Stage.HANDED_OVER), ANSWER, Stage.WITH_AUTHORITY),
    Move("handover_declined", _in(Stage.HANDED_OVER), ANSWER, Stage.READY),
    Move("handover_returned", _in(Stage.HANDED_OVER), ANSWER, Stage.READY),
    Move("handover_withdrawn", _in(Stage.HANDED_OVER, Stage.WITH_AUTHORITY), "send_handover", Stage.READY),
    Move("handover_no_reply", _in(Stage.HANDED_OVER), SYSTEM, held=None),
    Move("handover_continued", ACCEPTED_STAGES - {Stage.APPROVED}, SYSTEM, held=None),
    Move("worker_named", ACCEPTED_STAGES - {Stage.APPROVED}, COUNCIL, held=None),
    Move("council_heard", AUTHORITY_STAGES, OWN, held=None),
    Move("council_heard", AUTHORITY_STAGES, HUB, held=None),  # on the telephone
    Move("council_change_asked", AUTHORITY_STAGES | {Stage.READY}, OWN, held=None),
    Move("council_change_asked", AUTHORITY_STAGES | {Stage.READY}, HUB, held=None),
    # The authority's regulated work: no hub role holds the right (Ofsted).
    Move("application_received", _in(Stage.WITH_AUTHORITY), COUNCIL, Stage.APPLICATION),
    Move("stage1_started", _in(Stage.APPLICATION), COUNCIL),
    Move("stage1_completed", _in(Stage.APPLICATION), COUNCIL),
    Move("stage1_completed", _in(Stage.ASSESSMENT), COUNCIL),  # both stages may run at once (domain.md 1.2, 10a)
    Move("stage2_started", _in(Stage.APPLICATION), COUNCIL, Stage.ASSESSMENT),
    Move("panel_held", _in(Stage.ASSESSMENT), COUNCIL),
    Move("decided", _in(Stage.ASSESSMENT), COUNCIL, Stage.APPROVED, outcome="approved"),
    Move("decided", _in(Stage.ASSESSMENT), COUNCIL, Stage.CLOSED, outcome="not_approved"),
    # Not yet, ended, begun again.
    Move("hold_started", HUB_STAGES, HUB),
    Move("hold_started", HUB_STAGES, OWN),
    Move("hold_ended", OPEN_STAGES, HUB, held=True),  # imported history may be on hold anywhere
    Move("hold_ended", HUB_STAGES, OWN, held=True),
    Move("closed", HUB_STAGES, HUB, Stage.CLOSED, held=None),
    Move("closed", HUB_STAGES, OWN, Stage.CLOSED, held=None),
    Move("closed", ACCEPTED_STAGES - {Stage.APPROVED}, COUNCIL, Stage.CLOSED, held=None),
    # What ended at the council is the council's: it corrects an ending that was a mistake.
    Move("reopened", _in(Stage.CLOSED), HUB, AS_BEFORE, held=None, ended_in=HUB_STAGES),
    Move("reopened", _in(Stage.CLOSED), OWN, AS_BEFORE, held=None, ended_in=HUB_STAGES),  # see REOPENED_BY_THEM
    Move("merged", OPEN_STAGES, HUB, Stage.CLOSED, held=None),
)

_ENDS = ("closed", "decided", "reopened", "merged")
# Facts before which another cannot be dated: what it answers, and what it ends or begins again.
NOT_BEFORE: dict[str, tuple[str, ...]] = {
    "handover_sent": ("handover_declined", "handover_returned", "handover_withdrawn"),
    "handover_opened": ("handover_sent",),
    "handover_accepted": ("handover_sent",),
    "handover_declined": ("handover_sent",),
    "handover_returned": ("handover_sent",),
    "handover_withdrawn": ("handover_sent", "handover_accepted"),
    "decided": ("application_received", *_ENDS),
    "closed": _ENDS,
    "reopened": _ENDS,
}

OUTCOMES = {"approved": "Approved", "not_approved": "Not approved"}
# What is kept of a call that nobody took, or that broke off.
CALLED_US = {
    "missed": "Nobody answered",
    "voicemail": "They left a message",
    "out_of_hours": "Out of hours",
    "cut_off": "We were cut off",
}
# What is told apart in what they wrote: whoever rings must see it first.
WROTE = {"stop": "They ask us to stop"}
# Our last message to whoever cannot be reached: with it goes the day up to which we wait for their answer.
LAST_TRY = "last_try"
# How an attempt ended, and how a conversation was held.
ATTEMPT_OUTCOMES = {"no_answer": "No answer", "left_message": "Left a message", "wrong_number": "Wrong number"}
CONTACT_CHANNELS = {
    "phone": "By telephone",
    "video": "By video call",
    "in_person": "In person",
    "email": "By email, with an answer from them",
}
# Where a first visit is to be.
VISIT_PLACES = {
    "home": "At their home",
    "video": "By video call",
    "office": "At our office",
    "elsewhere": "Somewhere else",
}
# Whether their council has been in touch with them, as they say it.
HEARD = {"yes": "Yes, the council has been in touch", "no": "No, not yet"}
# Who does what was agreed next, where it is said with a conversation or a visit.
NEXT_BY = {"us": "We do", "them": "They do"}
# Why not yet.
HOLD_REASONS = {
    "room": "The spare room is not ready",
    "moving": "Moving home",
    "work": "Work or studies",
    "family": "Family: a baby, young children, caring for somebody",
    "health": "Health or a loss",
    "thinking": "They want more time to think",
    "carer_elsewhere": "Tied to another agency for now",
    "other": "Another reason",
}
# Recorded by date: a time shown with them would be invented.
DATED_KINDS = frozenset(
    {"initial_visit", "eoi_submitted", "application_received", "stage1_started", "stage1_completed",
     "stage2_started", "panel_held", "decided", "closed"}
)  # fmt: skip


def moves_for(standing: Standing, *, can) -> list[Move]:
    """The moves that whoever `can` (a function of a right) may make now. Buttons and the writer both ask this."""
    return [
        move
        for move in MOVES
        if standing.stage in move.stages
        and (move.held is None or move.held == standing.on_hold)
        and (not standing.closed_from or standing.closed_from in move.ended_in)
        and can(move.right)
    ]


def move_for(kind: str, standing: Standing, *, can, outcome: str = "") -> Move | None:
    """The row that allows this activity now, or None."""
    for move in moves_for(standing, can=can):
        if move.kind == kind and move.outcome in ("", outcome):
            return move
    return None


def may_void(kind: str, *, can) -> bool:
    """Whether whoever `can` might ever have recorded such a fact, and it may be voided at all."""
    return KINDS[kind].voidable and any(move.kind == kind and can(move.right) for move in MOVES)


@dataclass(frozen=True)
class ClosedReason:
    """Why an enquiry ended (measures.md, "Closed reasons"): whose reason it is and Ofsted's code, where it has one."""

    label: str
    belongs_to: str  # "not_counted", "applicant" or "service"
    ofsted: str = ""
    assessment: bool = False  # comes of the council's regulated work: no hub role may give it


CLOSED_REASONS: dict[str, ClosedReason] = {
    "timing": ClosedReason("The time is not right", "applicant", "AW3"),
    "work": ClosedReason("Work does not allow it", "applicant", "AW3"),
    "family_not_agreed": ClosedReason("The family does not agree", "applicant", "AW3"),
    "pregnancy": ClosedReason("Pregnancy or a new baby", "applicant", "AW3"),
    "moving_home": ClosedReason("Moving home", "applicant", "AW3"),
    "circumstances": ClosedReason("Other change of circumstances", "applicant", "AW3"),
    "finances": ClosedReason("Finances", "applicant", "AW4"),
    "not_as_expected": ClosedReason("Fostering is not what they expected", "applicant", "AW1"),
    "process": ClosedReason("The process is not what they expected", "applicant", "AW2"),
    "fear_of_allegations": ClosedReason("Worried about allegations", "applicant", "AW5"),
    "chose_agency": ClosedReason("Chose an independent agency", "applicant", "AW0"),
    "chose_other_authority": ClosedReason("Chose a council outside the hub", "applicant", "AW0"),
    "no_reason": ClosedReason("No reason given", "applicant", "AW0"),
    "age": ClosedReason("Age", "service"),
    "no_spare_room": ClosedReason("No spare room", "service"),
    "immigration_status": ClosedReason("Immigration status", "service"),
    "offence": ClosedReason("An offence that rules fostering out", "service"),
    "out_of_area": ClosedReason("Lives outside the region", "service"),
    "accommodation": ClosedReason("Accommodation", "service"),
    "smoking": ClosedReason("Smoking", "service"),
    "health": ClosedReason("Health", "service"),
    "no_contact": ClosedReason("Could not be reached", "service"),
    "checks": ClosedReason("Information from checks", "service", assessment=True),
    "references": ClosedReason("References", "service", assessment=True),
    "stage1_not_suitable": ClosedReason("Not suitable at stage 1", "service", assessment=True),
    "stage2_brief_report": ClosedReason("Stage 2 stopped with a brief report", "service", assessment=True),
    "did_not_engage": ClosedReason("Stopped engaging", "service"),
    "not_fostering": ClosedReason("Not about fostering", "not_counted"),
    "kinship": ClosedReason("Kinship care: for a child they know", "not_counted"),
    "supported_lodgings": ClosedReason("Supported lodgings", "not_counted"),
    "already_approved_carer": ClosedReason("Already an approved carer", "not_counted"),
    "duplicate": ClosedReason("The same household twice", "not_counted"),
    "test": ClosedReason("A test", "not_counted"),
}
HUB_REASONS = {code: reason for code, reason in CLOSED_REASONS.items() if not reason.assessment}
# The reasons that people may give themselves.
THEIR_REASONS = {code: reason for code, reason in CLOSED_REASONS.items() if reason.belongs_to == "applicant"}
# What they ended, or what ended because we lost touch, they may begin again by themselves; of the rest a person judges.
REOPENED_BY_THEM = frozenset(THEIR_REASONS) | {"no_contact", "did_not_engage"}
NOT_COUNTED = frozenset(code for code, reason in CLOSED_REASONS.items() if reason.belongs_to == "not_counted")

CHANNELS = {
    "web": "Website",
    "phone": "Telephone",
    "email": "Email",
    "event": "Event",
    "authority": "A council",
    "referral": "Referral",
    "other": "Other",
}
SOURCES = {
    "social_media": "Social media",
    "search": "A search engine",
    "word_of_mouth": "A friend, relative or foster carer",
    "event": "An event",
    "advertising": "Radio, television, a poster or a leaflet",
    "council": "My council",
    "other": "Somewhere else",
}
# What brings them, and what may stand in the way: each answer leads somewhere kind (brief.md 2).
SITUATIONS = {
    "foster": "Thinking about fostering",
    "carer_elsewhere": "Already fostering for an agency or another council",
    "kinship": "Caring for, or asked to care for, a child of family or friends",
    "supported_lodgings": "Giving a young person a room and support",
    "other": "Something else",
}
AGES = {"21_or_over": "21 or over", "18_to_20": "18 to 20", "under_18": "Under 18", "not_said": "Not said"}
TIMINGS = {"now": "Ready to talk now", "not_yet": "Not yet"}
# Ways of writing to them, besides the channels above.
WRITTEN = {"text": "Text message", "letter": "Letter"}
# Kinds of fostering in the words of the public form; "not sure yet" is always one of them.
INTERESTS = {
    "short_term": "Short-term",
    "long_term": "Long-term",
    "emergency": "Emergency",
    "short_breaks": "Short breaks",
    "siblings": "Brothers and sisters together",
    "teenagers": "Teenagers",
    "disabled_children": "Disabled children",
    "parent_and_child": "Parent and child",
    "unaccompanied": "Young people seeking asylum alone",
    "not_sure": "Not sure yet",
}
