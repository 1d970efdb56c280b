"""What a change of councils means, counted before anything is moved."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from enquiries.journey import HUB_STAGES
from enquiries.models import Enquiry
from handover.models import Agreement, Handover
from handover.succession.services import coming_after, suggested
from hub.models import ApiToken, Authority, User
from hub.working_time import today


@dataclass(frozen=True)
class Successor:
    authority: Authority
    has_agreement: bool
    is_live: bool
    team: int


@dataclass(frozen=True)
class Meaning:
    council: Authority
    first_day: datetime.date | None  # without it; None for one that joins and stays
    successors: list[Successor]
    waiting: int  # for its answer
    accepted: int
    with_us: int  # enquiries at the hub that are routed to it
    team: int
    tokens: int

    @property
    def has_come(self) -> bool:
        return self.first_day is not None and self.first_day <= today()

    @property
    def open(self) -> int:
        return self.waiting + self.accepted

    @property
    def can_be_called_off(self) -> bool:
        return self.first_day is not None and self.first_day > today()


def meaning_of(council: Authority, user: User) -> Meaning:
    """What is open with the council, who would be without it, and whether those after it are ready."""
    ends = council.memberships.order_by("-starts_on").first()
    first_day = ends.ends_on + datetime.timedelta(days=1) if ends and ends.ends_on else None
    handovers = Handover.objects.visible_to(user).filter(authority=council)
    people = User.objects.active()
    on = max(first_day or today(), today())
    agreed = set(Agreement.objects.current(on).values_list("authority", flat=True))
    return Meaning(
        council=council,
        first_day=first_day,
        successors=[
            Successor(one, one.pk in agreed, one.portal == Authority.Portal.LIVE, people.filter(authority=one).count())
            for one in coming_after(council)
        ],
        waiting=handovers.unanswered().count(),
        accepted=handovers.filter(state=Handover.State.ACCEPTED).count(),
        with_us=Enquiry.objects.visible_to(user).filter(authority=council, stage__in=HUB_STAGES).count(),
        team=people.filter(authority=council).count(),
        tokens=ApiToken.objects.in_use(timezone.now()).filter(authority=council).count(),
    )


def to_move(council: Authority, user: User) -> list[tuple[Handover, Authority | None]]:
    """What is open with it, those that wait for an answer first, each with where it would go."""
    related = Handover.objects.visible_to(user).filter(authority=council).open().select_related("enquiry", "authority")
    handovers = sorted(related, key=lambda one: (not one.is_unanswered, one.sent_at, one.pk))
    goes_to = suggested(handovers, council)
    return [(handover, goes_to[handover]) for handover in handovers]


def councils_that_change() -> list[Authority]:
    """Those whose membership ends, or begins after today; the next first."""
    found = Authority.objects.filter(memberships__ends_on__isnull=False) | Authority.objects.filter(
        memberships__starts_on__gt=today()
    )
    return list(found.distinct().prefetch_related("memberships", "successions__after").order_by("name"))
