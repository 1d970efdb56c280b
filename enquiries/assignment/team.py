"""The people who look after enquiries, with what they have, can and when they are away; and what households need."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from enquiries.assignment.rotation import Candidate, Needs
from enquiries.journey import INTERESTS
from enquiries.models import Absence, Caseload, Enquiry
from hub.current import current
from hub.models import Authority, User
from hub.people.roles import Role
from hub.working_time import today

CASEWORKERS = (Role.HUB_WORKER, Role.HUB_MANAGER)
NO_SKILL = "not_sure"  # an interest that asks nothing of anybody


@dataclass(frozen=True)
class Member:
    """One of the team today."""

    person: User
    caseload: Caseload
    open: int
    away: Absence | None
    skills: list[str]  # what they suit best, in words

    @property
    def share(self) -> int:
        """How full they are, in percent of what they can look after."""
        return round(100 * self.open / self.caseload.capacity) if self.caseload.capacity else 100

    @property
    def is_over(self) -> bool:
        return self.open > self.caseload.capacity

    @property
    def in_words(self) -> str:
        """'31 of 60 open, away until 27 November'."""
        away = f", away until {self.away.ends_on.day} {self.away.ends_on:%B}" if self.away else ""
        return f"{self.open} of {self.caseload.capacity} open{away}"

    def as_candidate(self) -> Candidate:
        load = self.caseload
        return Candidate(
            pk=self.person.pk,
            name=self.person.name,
            open=self.open,
            capacity=load.capacity,
            present=self.away is None and self.person.is_active,
            takes_new=load.takes_new,
            languages=frozenset(load.languages),
            interests=frozenset(load.interests),
            councils=frozenset(load.councils),
            last_given_at=load.last_given_at,
        )


def team_on(day: datetime.date) -> list[Member]:
    """Every caseworker, and whoever else owns open enquiries, by name; in five queries."""
    counts = dict(
        Enquiry.objects.open().filter(owner__isnull=False).order_by().values_list("owner").annotate(Count("pk"))
    )
    may_own = User.objects.caseworkers()
    people = list(User.objects.filter(Q(pk__in=may_own) | Q(pk__in=list(counts))).order_by("name"))
    loads = {load.person_id: load for load in Caseload.objects.filter(person__in=people)}
    away = {absence.person_id: absence for absence in Absence.objects.on(day).select_related("cover")}
    councils = current().authorities
    members = []
    for person in people:
        load = loads.get(person.pk) or _default(person)
        members.append(Member(person, load, counts.get(person.pk, 0), away.get(person.pk), _skills(load, councils)))
    return members


def caseload_of(person: User) -> Caseload:
    """What is set for them, or what holds where nothing is."""
    return Caseload.objects.filter(person=person).first() or _default(person)


def candidates_now() -> list[Candidate]:
    """Those among whom enquiries are shared out today, with those who are away, full or take no new ones."""
    return [member.as_candidate() for member in team_on(today()) if member.person.role in CASEWORKERS]


def needs_of(keys: Iterable[int]) -> dict[int, Needs]:
    """What each household asks of its worker, in the order of the keys and in one query."""
    keys = list(keys)
    rows = Enquiry.objects.filter(pk__in=keys).values_list(
        "pk", "safe_contact__language", "interests", "authority__gss_code", "authority__name"
    )
    found = {
        pk: Needs(_foreign(language), frozenset(interests or ()) - {NO_SKILL}, code or "", name or "")
        for pk, language, interests, code, name in rows
    }
    return {pk: found[pk] for pk in keys if pk in found}


def _default(person: User) -> Caseload:
    """Where nothing is set: managers look after nobody new, unless somebody says so."""
    return Caseload(person=person, takes_new=person.role == "hub_worker")


def _skills(load: Caseload, councils: dict[str, Authority]) -> list[str]:
    said = [
        ", ".join(load.languages),
        ", ".join(INTERESTS.get(code, code) for code in load.interests),
        ", ".join(str(councils.get(code, code)) for code in load.councils),
    ]
    return [skill for skill in said if skill]


def _foreign(language: str | None) -> str:
    spoken = (language or "").strip()
    return "" if spoken.casefold() == "english" else spoken
