"""What waits in the inbox for somebody to judge it."""

from dataclasses import dataclass

from django.db.models import QuerySet, Value

from enquiries.models import CallEvent, HeldSubmission, InboundMessage

MOST_SHOWN = 50  # of each kind: a flood must not make the page useless


@dataclass(frozen=True)
class Waiting:
    """The lists of the page, the longest waiting first."""

    submissions: QuerySet[HeldSubmission]
    messages: QuerySet[InboundMessage]
    calls: QuerySet[CallEvent]

    def count(self) -> int:
        """How many there are together, in one query."""
        lists = (self.submissions, self.messages, self.calls)
        first, *others = (some.order_by().values_list("pk") for some in lists)
        return first.union(*others, all=True).count()

    def counts(self) -> dict[str, int]:
        """How many are unread (letters, and calls that nobody took) and how many are held, in one query."""
        kinds = (("held", self.submissions), ("unread", self.messages), ("unread", self.calls))
        first, *others = (some.order_by().values_list(Value(kind), "pk") for kind, some in kinds)
        found = [kind for kind, _pk in first.union(*others, all=True)]
        return {kind: found.count(kind) for kind in ("held", "unread")}

    def lists(self) -> dict:
        """What the page shows: the oldest of each kind, and how many there are of it."""
        shown = {"submissions": self.submissions, "letters": self.messages, "calls": self.calls}
        return {name: {"rows": list(some[:MOST_SHOWN]), "count": some.count()} for name, some in shown.items()}


def waiting_for(user) -> Waiting:
    """What waits, as far as this person may judge it."""
    return Waiting(
        HeldSubmission.objects.visible_to(user).held().order_by("held_at"),
        InboundMessage.objects.visible_to(user).to_see().order_by("taken_at"),
        CallEvent.objects.visible_to(user).to_see().order_by("at"),
    )


def decided_for(user) -> tuple[list[HeldSubmission], list[InboundMessage]]:
    """What people decided, the latest first: a mistake is found again."""
    submissions = HeldSubmission.objects.visible_to(user).decided().select_related("enquiry", "decided_by")
    messages = InboundMessage.objects.visible_to(user).decided().select_related("enquiry", "decided_by")
    return list(submissions[:MOST_SHOWN]), list(messages[:MOST_SHOWN])
