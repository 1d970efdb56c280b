"""How far an authority's team has come with the portal, and moving it on: nothing is sent to one that is not live."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Max, Q
from django.urls import reverse

from handover.models import Agreement
from handover.practice.services import practised
from hub.errors import Refused
from hub.models import Authority, User
from hub.people.roles import AUTHORITY_ROLES, Role
from hub.working_time import today

Portal = Authority.Portal
# From where to where; one that was never live has nothing to pause.
MOVES: dict[str, tuple[str, ...]] = {
    Portal.NOT_READY: (Portal.LIVE,),
    Portal.LIVE: (Portal.PAUSED, Portal.NOT_READY),
    Portal.PAUSED: (Portal.LIVE, Portal.NOT_READY),
}
WHY_NEEDED = (Portal.PAUSED, Portal.NOT_READY)


@dataclass(frozen=True)
class Need:
    """One thing that must be there before an authority goes live, and what is missing where it is not."""

    title: str
    met: bool
    gap: str


@transaction.atomic
def change_portal_state(*, authority: Authority, to: str, by: User, why: str = "") -> Authority:
    """Make an authority live, pause it, or say that it is not ready. Pausing and stepping back need a reason.

    `Refused` where the move is not in `MOVES`, or where something is missing before it goes live the first time. The
    row history keeps who moved it and when.
    """
    if not by.can("change_settings"):
        raise Refused("Only a manager of the hub can change this.")
    current = Authority.objects.select_for_update().get(pk=authority.pk)
    why = why.strip()
    if to not in MOVES[current.portal]:
        state = Portal(to).label.lower() if to in Portal.values else to
        raise Refused(f"{current} is {current.get_portal_display().lower()}: it cannot become {state} now.")
    if to in WHY_NEEDED and not why:
        raise Refused("Say why. Its team reads it on every page.")
    if current.portal == Portal.NOT_READY and (missing := [need.gap for need in needs_of(current) if not need.met]):
        raise Refused(" ".join([f"{current} cannot go live yet.", *missing]))
    current.portal, current.portal_why = to, why if to in WHY_NEEDED else ""
    current.save(update_fields=["portal", "portal_why"])
    return current


def needs_of(authority: Authority) -> list[Need]:
    """What must be there before the authority goes live the first time."""
    agreed = Agreement.objects.current(today()).filter(authority=authority).exists()
    leads = User.objects.active().filter(authority=authority, role=Role.AUTHORITY_LEAD)
    return [
        Need("Data-sharing agreement", agreed, "There is no current data-sharing agreement."),
        Need(
            "A lead who has signed in",
            leads.filter(last_login__isnull=False).exists(),
            "No lead of theirs has signed in.",
        ),
        Need(
            "Practice done",
            practised(authority) is not None,
            "Nobody of theirs has accepted a referral and recorded a date in practice.",
        ),
    ]


@dataclass(frozen=True)
class Standing:
    """One authority as the list of them shows it."""

    authority: Authority
    left_on: datetime.date | None  # the last day of a membership that is over
    people: int
    last_seen: datetime.datetime | None
    agreed: bool

    @property
    def state(self) -> str:
        return "Left" if self.left_on else self.authority.get_portal_display()

    @property
    def colour(self) -> str:
        return {"Live": "green", "Paused": "yellow", "Not ready": "blue"}.get(self.state, "grey")


def standings() -> list[Standing]:
    """All that are or were members, by name, in a fixed number of queries."""
    day = today()
    members = set(Authority.objects.members_on(day).values_list("pk", flat=True))
    seen = User.objects.filter(role__in=sorted(AUTHORITY_ROLES), is_system=False).order_by().values("authority")
    by_authority = {
        row["authority"]: row
        for row in seen.annotate(last=Max("last_login"), here=Count("pk", filter=Q(is_active=True)))
    }
    agreed = set(Agreement.objects.current(day).values_list("authority", flat=True))
    return [
        Standing(
            authority=one,
            left_on=None if one.pk in members else one.left_on,
            people=by_authority.get(one.pk, {}).get("here", 0),
            last_seen=by_authority.get(one.pk, {}).get("last"),
            agreed=one.pk in agreed,
        )
        for one in Authority.objects.ever_members().annotate(left_on=Max("memberships__ends_on")).order_by("name")
    ]


def standing_of(gss_code: str) -> Standing | None:
    """The one of this code; None where it was never a member."""
    return next((one for one in standings() if one.authority.gss_code == gss_code), None)


def tasks_before_live(authority: Authority) -> list[dict]:
    """The same as a task list shows it."""
    return [
        {"text": need.title, "done": need.met, "status": "Ready" if need.met else "Missing",
         "hint": "" if need.met else need.gap, "colour": "red", "href": ""}
        for need in needs_of(authority)
    ]  # fmt: skip


def notice_for(authority: Authority, *, member: bool) -> dict | None:
    """What its people read over every page of the portal; None while it is live."""
    if not member:  # its day is still to come: people of one that has left do not sign in any more
        text = "Nothing is sent to you until it joins. Until then, practise on invented people."
        return {"title": "Your council is not part of this hub yet", "text": text, "href": reverse("practice")}
    if authority.portal == Portal.PAUSED:
        text = f"Nothing new is sent to you for now: {authority.portal_why}"
        return {"title": "Your portal is paused", "text": text, "href": ""}
    if authority.portal == Portal.NOT_READY:
        text = "Nothing is sent to you yet. Until the hub makes you live, practise on invented people."
        return {"title": "Your portal is not live yet", "text": text, "href": reverse("practice")}
    return None
