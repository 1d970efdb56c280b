"""What a late first conversation costs, by our own history where there is enough of it."""

from dataclasses import dataclass

from django.db.models import Count, F, Q

from reporting.households.reading import Chosen, households
from reporting.measures import Period
from reporting.measures.cases import FIRST_CONVERSATION_TARGET

STATED_LOSS = 20.0  # percent; ours until there is history enough to say
ENOUGH = 50  # households on either side, and among those called in time ENOUGH_APPLIED who applied
ENOUGH_APPLIED = 10
TO_APPLY = 6  # months that everybody is given; those who asked later are not looked at
LOOKED_AT = 24  # months in which those asked


@dataclass(frozen=True)
class Promptness:
    """Of those who asked: how many were spoken to in time and later, and of both how many applied. Never spoken to is
    late as well, and is not among those of whom it is said how many applied."""

    in_time: int = 0
    applied_in_time: int = 0
    late: int = 0
    applied_late: int = 0
    asked_lately: int = 0
    in_time_lately: int = 0

    @property
    def is_known(self) -> bool:
        return min(self.in_time, self.late) >= ENOUGH and self.applied_in_time >= ENOUGH_APPLIED

    @property
    def loss(self) -> float:
        """Percent of the applications that are lost where the first conversation is late; never less than none."""
        if not self.is_known:
            return STATED_LOSS
        late, in_time = self.applied_late / self.late, self.applied_in_time / self.in_time
        return max(0.0, 100 * (1 - late / in_time))

    @property
    def share(self) -> float:
        """Of those who asked lately, the share that was spoken to in time."""
        return self.in_time_lately / self.asked_lately if self.asked_lately else 1.0


def promptness(authority: str, last: Period) -> Promptness:
    """Of those who asked in two years and have had six months since; and of those of the last year until `last`."""
    until = last.earlier(months=TO_APPLY)
    asked = Q(received_on__range=(until.earlier(months=LOOKED_AT - 1).first, until.last))
    lately = Q(received_on__range=(last.earlier(months=11).first, last.last))
    in_time = Q(conversation_days__lte=FIRST_CONVERSATION_TARGET, conversation_on__lte=last.last)
    late = Q(conversation_days__gt=FIRST_CONVERSATION_TARGET, conversation_on__lte=last.last)
    applied = Q(application_on__lte=last.last, application_on__gte=F("received_on"))
    sums = households(Chosen(last, authority)).filter(asked | lately)
    return Promptness(
        **sums.aggregate(
            in_time=Count("pk", filter=asked & in_time),
            applied_in_time=Count("pk", filter=asked & in_time & applied),
            late=Count("pk", filter=asked & late),
            applied_late=Count("pk", filter=asked & late & applied),
            asked_lately=Count("pk", filter=lately),
            in_time_lately=Count("pk", filter=lately & in_time),
        )
    )
