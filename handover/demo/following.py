"""What is with the councils: late answers, what people say of them, who would like another."""

import datetime

from django.utils import timezone

from enquiries.councils.wishes import ask_for_another_council
from handover.asking.services import record_heard, settle_check
from handover.following.silence import note_silence
from handover.models import Handover
from handover.services import answer_handover
from hub.models import Authority, User
from hub.working_time import today

GATESHEAD = "E08000037"
# What they told staff, of the accepted ones in turn, and how it was settled.
_SAID = (
    ("yes", "They rang after two days and were very kind.", ""),
    ("no", "We have heard nothing at all, and wonder whether we did something wrong.", ""),
    ("yes", "", ""),
    ("no", "", "Rang their duty desk: the worker was ill. Somebody else rings them today."),
    ("yes", "", ""),
    ("no", "Only a letter.", ""),
)


def make_what_is_followed() -> int:
    """All of it by the real services; gives how many spoke of their council."""
    note_silence()
    ruth = User.objects.get(email="worker@hub.example.org")
    # Of those who were sent today nobody can say yet that they have waited in vain.
    long_ago = Handover.objects.filter(sent_at__lt=timezone.now() - datetime.timedelta(days=7))
    held = long_ago.filter(enquiry__stage="with_authority").order_by("-sent_at", "reference")
    for handover, (answer, comment, settled) in zip(held.open(), _SAID, strict=False):
        record_heard(handover=handover, by=ruth, answer=answer, comment=comment)
        if settled:
            settle_check(handover=handover, by=ruth, note=settled)
    unopened = Handover.objects.unanswered().filter(opened_at=None).order_by("sent_at", "reference").first()
    if unopened is not None:
        record_heard(handover=unopened, by=ruth, answer="yes", comment="A lady from the council rang this afternoon.")
    would_move = held.open().filter(check_with_them=None).first()
    if would_move is not None:
        others = Authority.objects.members_on(today()).exclude(pk=would_move.authority_id).order_by("name")
        ask_for_another_council(
            enquiry=would_move.enquiry, by=None, recorder="enquirer", wish=others.first(),
            words="My sister fosters there, and we would go to the same group.",
        )  # fmt: skip
    _give_one_back()
    return Handover.objects.exclude(check_with_them=None).count()


def _give_one_back() -> None:
    """One that a council returned, so that there is one on a desk at the hub; Gateshead's stay for whoever tries."""
    waiting = Handover.objects.unanswered().exclude(authority__gss_code=GATESHEAD).order_by("sent_at", "reference")
    for handover in waiting.filter(check_with_them=None):
        theirs = User.objects.active().people().filter(authority=handover.authority).order_by("pk").first()
        if theirs is not None:
            answer_handover(
                handover=handover, by=theirs, answer="returned", reason="information",
                note="Who else lives with them, and how old are the children?",
            )  # fmt: skip
            return
