"""What must always hold of handovers. Each check gives a sentence for each thing that does not hold."""

from collections.abc import Iterator

from django.db.models import Count

from enquiries.models import Activity
from handover.models import Handover
from handover.package import package_hash

_ANSWERS = ("handover_accepted", "handover_declined", "handover_returned", "handover_withdrawn")
_STATES = {
    "": {*Handover.UNANSWERED_STATES},
    "handover_accepted": {Handover.State.ACCEPTED, Handover.State.COMPLETED},
    "handover_declined": {Handover.State.DECLINED},
    "handover_returned": {Handover.State.RETURNED},
    "handover_withdrawn": {Handover.State.WITHDRAWN},
}
# Of history without an answer the journey's later facts say what it must have been (handover.services).
_STATES_OF_HISTORY = {*Handover.UNANSWERED_STATES, Handover.State.WITHDRAWN, *_STATES["handover_accepted"]}


def one_open_handover() -> Iterator[str]:
    """An enquiry is with one authority at most."""
    several = Handover.objects.open().order_by().values("enquiry__reference").annotate(open=Count("pk"))
    for row in several.filter(open__gt=1):
        yield f"{row['enquiry__reference']} has {row['open']} open handovers."


def state_agrees_with_facts() -> Iterator[str]:
    """A handover stands as the latest answer to its `handover_sent` fact says, and is that fact's own."""
    answers: dict[int, Activity] = {}
    for fact in Activity.objects.not_voided().filter(kind__in=_ANSWERS).order_by("occurred_at", "pk").defer("note"):
        answers[fact.about_id] = fact
    for handover in Handover.objects.select_related("sent_fact").defer("package").iterator():
        yield from _disagreements(handover, answers.get(handover.sent_fact_id))


def _disagreements(handover: Handover, answer: Activity | None) -> Iterator[str]:
    sent = handover.sent_fact
    allowed = _STATES[answer.kind if answer else ""]
    if answer is None and sent.recorder == "import":
        allowed = _STATES_OF_HISTORY
    elif answer is not None and sent.recorder == "import" and answer.kind == "handover_accepted":
        # Accepted once, and then sent elsewhere: only the latest may be open.
        allowed = allowed | {Handover.State.WITHDRAWN}
    if handover.state not in allowed:
        yield f"{handover.reference} is {handover.state}, and its facts say {answer.kind if answer else 'no answer'}."
    if (sent.kind, sent.enquiry_id) != ("handover_sent", handover.enquiry_id) or not _is_with(handover, sent):
        yield f"{handover.reference} does not carry out the fact that it names."


def _is_with(handover: Handover, sent: Activity) -> bool:
    """It is with whom it was sent to, or with whoever stands in that council's place since."""
    if handover.authority_id == sent.authority_id:
        return True
    continued = sent.answers.filter(kind="handover_continued").order_by("occurred_at", "pk").last()
    return continued is not None and continued.authority_id == handover.authority_id


def every_sending_has_its_handover() -> Iterator[str]:
    """A `handover_sent` fact to a known authority has its record; voided ones cannot be."""
    sent = Activity.objects.filter(kind="handover_sent", authority__isnull=False, handover=None)
    for reference in sent.values_list("enquiry__reference", flat=True):
        yield f"{reference} was sent to an authority and there is no handover of it."


def packages_are_unchanged() -> Iterator[str]:
    """A package is what was frozen when it was sent."""
    for handover in Handover.objects.exclude(package={}).iterator(chunk_size=200):
        if package_hash(handover.package) != handover.package_sha256:
            yield f"The package of {handover.reference} does not have its hash."


CHECKS = {
    "An enquiry has one open handover at most": one_open_handover,
    "Every handover stands as its facts say": state_agrees_with_facts,
    "Everything sent has its handover": every_sending_has_its_handover,
    "Every package has its hash": packages_are_unchanged,
}
