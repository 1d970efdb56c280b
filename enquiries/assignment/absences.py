"""Who is away when, and who looks after their enquiries meanwhile."""

import datetime

from django.db import transaction

from enquiries.models import Absence
from hub.errors import Refused
from hub.models import User
from hub.spoken_dates import day_in_words
from hub.working_time import today


@transaction.atomic
def record_absence(
    *, person: User, by: User, starts_on: datetime.date, ends_on: datetime.date, cover: User | None = None
) -> Absence:
    """Say when somebody is away and who covers: one's own, or anybody's by a manager.

    `Refused` where it is past, overlaps another of theirs, or who covers is the same person, no caseworker or away
    on one of the days.
    """
    _refuse_unless_own(person, by)
    if ends_on < starts_on:
        raise Refused("The last day must be the first day or later")
    if ends_on < today():
        raise Refused("These days are past. Enter an absence that is not over yet")
    # Whoever is concerned is locked in one order, so that two absences entered at once see each other.
    concerned = {person.pk, cover.pk} if cover else {person.pk}
    list(User.objects.select_for_update().filter(pk__in=concerned).order_by("pk"))
    meanwhile = Absence.objects.between(starts_on, ends_on).select_related("person")
    if other := meanwhile.filter(person=person).first():
        raise Refused(f"{person.name} is away {in_words(other)} already. Remove that first")
    if cover is not None:
        _refuse_cover(person, cover, meanwhile)
    if covered := meanwhile.filter(cover=person).first():
        raise Refused(
            f"{person.name} covers for {covered.person.name} {in_words(covered)}. Let somebody else cover first"
        )
    return Absence.objects.create(person=person, starts_on=starts_on, ends_on=ends_on, cover=cover, recorded_by=by)


@transaction.atomic
def remove_absence(*, absence: Absence, by: User) -> None:
    """Take an absence away, or end it yesterday where it has begun: what was covered until then was covered."""
    _refuse_unless_own(absence.person, by)
    if absence.ends_on < today():
        raise Refused("That absence is over.")
    if absence.starts_on >= today():
        absence.delete()
        return
    absence.ends_on = today() - datetime.timedelta(days=1)
    absence.save(update_fields=["ends_on"])


def in_words(absence: Absence) -> str:
    """'on Monday 23 November', 'from Monday 23 November to Friday 27 November'."""
    first, last = day_in_words(absence.starts_on, today()), day_in_words(absence.ends_on, today())
    return f"on {first}" if first == last else f"from {first} to {last}"


def _refuse_cover(person: User, cover: User, meanwhile) -> None:
    if cover == person:
        raise Refused("Choose somebody else to cover")
    if not User.objects.caseworkers().filter(pk=cover.pk).exists():
        raise Refused(f"{cover.name} looks after no enquiries. Choose a hub worker or manager")
    if away := meanwhile.filter(person=cover).first():
        raise Refused(f"{cover.name} is away {in_words(away)}. Choose somebody else")


def _refuse_unless_own(person: User, by: User) -> None:
    if person != by and not by.can("assign_anyone"):
        raise Refused("A manager enters when somebody else is away.")
