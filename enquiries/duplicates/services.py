"""Suggesting that two enquiries are of one household, and deciding on it. Merging is in merging.py."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from enquiries.duplicates import keys
from enquiries.duplicates.candidates import (
    Candidate,
    find_candidates,
    find_for_many,
    household_of,
    keep_keys,
    keep_keys_anew,
)
from enquiries.duplicates.keys import Household, Someone
from enquiries.duplicates.scoring import compare
from enquiries.models import Activity, DuplicatePair, Enquiry, HouseholdKey
from enquiries.services import record_activity
from hub.errors import Refused
from hub.prepared import prepared

if TYPE_CHECKING:
    from enquiries.intake.services import Intake

JOINS_WITHIN = datetime.timedelta(days=365)
_AT_ONCE = 200


def household_in(intake: "Intake") -> Household:
    """Who is asking, as any way in delivers it."""
    people = (
        Someone(person.first_name, person.last_name, person.email, person.phone, person.born_on)
        for person in intake.applicants[:2]
    )
    return Household(people=tuple(people), postcode=intake.postcode)


def look_for(intake: "Intake") -> list[Candidate]:
    """Those that may be this household, in the caller's transaction.

    Who gives the same telephone or email at the same moment waits here for its turn: neither could see the other.
    """
    household = household_in(intake)
    _take_turns(household)
    return find_candidates(household)


def _take_turns(household: Household) -> None:
    ways = sorted(
        {keys.phone_key(phone) for phone in household.phones} | {keys.email_key(box) for box in household.mailboxes}
    )
    if ways:
        with prepared() as cursor:
            # In one order for everybody: two that wait for each other would wait for ever.
            cursor.execute("SELECT pg_advisory_xact_lock(way) FROM unnest(%s::bigint[]) AS way", [ways])


def open_enquiry_of(intake: "Intake", candidates: Iterable[Candidate]) -> Enquiry | None:
    """The open enquiry that is certainly this household's and in which it asked within 12 months, or None.

    Certain is only the very person: the same first and last name, reached by the same email or telephone. A mother and
    a daughter who share a mailbox are two. Nor is it joined where a council would get to know that must not, or where
    one of two such councils would be forgotten: then a person looks at both.
    """
    sure = [candidate.stands_for for candidate in candidates if candidate.likeness.certain]
    if not sure:
        return None
    since = intake.received_at - JOINS_WITHIN
    asked = Activity.objects.filter(kind__in=("received", "asked_again"), occurred_at__gte=since)
    lately = Exists(asked.filter(enquiry=OuterRef("pk"))) | Exists(asked.filter(enquiry__merged_into=OuterRef("pk")))
    theirs = Enquiry.objects.open().filter(lately, pk__in=sure)
    if (never := intake.not_authority) is not None:
        kept_from_another = Q(not_authority__isnull=False) & ~Q(not_authority=never)
        theirs = theirs.exclude(Q(held_by=never) | kept_from_another)
    return theirs.order_by("-received_at").first()


def suggest_duplicates(enquiry: Enquiry, household: Household, candidates: list[Candidate]) -> list[DuplicatePair]:
    """Keep the new enquiry's keys, and a suggestion for each that may be the same household, in the caller's
    transaction. It blocks nothing, and whoever asks learns nothing of it. An import gives no candidates yet."""
    keep_keys({enquiry.pk: household})
    return _keep_pairs({enquiry.pk: candidates}) if candidates else []


@transaction.atomic
def suggest_for(enquiry_ids: Iterable[int]) -> int:
    """Suggestions for enquiries that came in together, as by an import: how many were kept. Nothing is merged."""
    kept, ids = 0, sorted(set(enquiry_ids))
    for start in range(0, len(ids), _AT_ONCE):
        enquiries = Enquiry.objects.filter(pk__in=ids[start : start + _AT_ONCE], merged_into__isnull=True)
        households = {one.pk: household_of(one) for one in enquiries.prefetch_related("applicants")}
        kept += len(_keep_pairs(find_for_many(households)))
    return kept


@transaction.atomic
def keep_household_keys(enquiry: Enquiry) -> None:
    """After people or postcode of an enquiry were changed: its keys anew, and whom it may be the same as now."""
    household = household_of(Enquiry.objects.prefetch_related("applicants").get(pk=enquiry.pk))
    keep_keys_anew({enquiry.pk: household})
    if enquiry.merged_into_id is None:
        _keep_pairs({enquiry.pk: find_candidates(household, but_not=enquiry.pk)})


def rebuild_keys(enquiry_ids: Iterable[int] | None = None) -> int:
    """Make the keys of all enquiries anew (or of those given), a thousand in a transaction: how many enquiries."""
    return _make_keys(Enquiry.objects.all() if enquiry_ids is None else Enquiry.objects.filter(pk__in=enquiry_ids))


def keep_missing_keys() -> int:
    """Make the keys of the enquiries that have none, as of those stored before there were keys: how many."""
    return _make_keys(Enquiry.objects.filter(~Exists(HouseholdKey.objects.filter(enquiry=OuterRef("pk")))))


def _make_keys(chosen) -> int:
    rebuilt, last = 0, 0
    while batch := list(chosen.filter(pk__gt=last).order_by("pk").prefetch_related("applicants")[:1000]):
        with transaction.atomic():
            keep_keys_anew({enquiry.pk: household_of(enquiry) for enquiry in batch})
        rebuilt, last = rebuilt + len(batch), batch[-1].pk
    return rebuilt


@dataclass(frozen=True)
class Pair:
    """Two enquiries at or above the threshold at which staff are shown a suggestion."""

    one: Enquiry
    other: Enquiry
    score: float
    reasons: list[str]


def all_pairs() -> Iterator[Pair]:
    """Every such pair of all enquiries that are not merged, once, the earlier enquiry first; in bounded memory."""
    last = 0
    unmerged = Enquiry.objects.filter(merged_into__isnull=True).order_by("pk").prefetch_related("applicants")
    while batch := {enquiry.pk: enquiry for enquiry in unmerged.filter(pk__gt=last)[:_AT_ONCE]}:
        found = find_for_many({pk: household_of(enquiry) for pk, enquiry in batch.items()}, before=True)
        shown = {
            (candidate.enquiry_id, pk): candidate.likeness
            for pk, candidates in found.items()
            for candidate in candidates
            if candidate.likeness.shown and candidate.merged_into_id is None
        }
        others = Enquiry.objects.only("reference", "external_id").in_bulk([earlier for earlier, _later in shown])
        for (earlier, later), likeness in sorted(shown.items()):
            yield Pair(others[earlier], batch[later], likeness.score, likeness.reasons)
        last = max(batch)


def _keep_pairs(found: dict[int, list[Candidate]]) -> list[DuplicatePair]:
    """A pair that is there already stays as it was decided; of one that was not, score and reasons are renewed."""
    best: dict[tuple[int, int], DuplicatePair] = {}
    for seeker, candidates in found.items():
        for candidate in candidates:
            other = candidate.stands_for
            if not candidate.likeness.shown or other == seeker:
                continue
            pair = (min(seeker, other), max(seeker, other))
            if pair not in best or best[pair].score < candidate.likeness.score:
                best[pair] = DuplicatePair(
                    first_id=pair[0], second_id=pair[1], score=candidate.likeness.score,
                    reasons=candidate.likeness.reasons,
                )  # fmt: skip
    if not best:
        return []
    return DuplicatePair.objects.bulk_create(
        best.values(),
        update_conflicts=True,
        unique_fields=["first", "second"],
        update_fields=["score", "reasons"],
    )


@transaction.atomic
def say_not_the_same(*, one: Enquiry, other: Enquiry, by) -> DuplicatePair:
    """Refuse the pair of the two, suggested or not."""
    if one.pk == other.pk:
        raise Refused("That is one and the same enquiry.")
    first, second = sorted((one.pk, other.pk))
    likeness = compare(household_of(one), household_of(other))
    pair, _ = DuplicatePair.objects.get_or_create(
        first_id=first, second_id=second, defaults={"score": likeness.score, "reasons": likeness.reasons}
    )
    return refuse_pair(pair=pair, by=by)


@transaction.atomic
def refuse_pair(*, pair: DuplicatePair, by) -> DuplicatePair:
    """They are not the same household: remembered, and not suggested again until somebody takes it back."""
    locked = _undecided_or_refuse(pair, DuplicatePair.State.SUGGESTED)
    locked.state, locked.decided_by, locked.decided_at = DuplicatePair.State.REFUSED, by, timezone.now()
    locked.save(update_fields=["state", "decided_by", "decided_at"])
    _note_on_both(locked, by, "Not the same household as {other}.")
    return locked


@transaction.atomic
def take_back_refusal(*, pair: DuplicatePair, by) -> DuplicatePair:
    """They may be the same household after all: the suggestion stands again."""
    locked = _undecided_or_refuse(pair, DuplicatePair.State.REFUSED)
    locked.state, locked.decided_by, locked.decided_at = DuplicatePair.State.SUGGESTED, None, None
    locked.save(update_fields=["state", "decided_by", "decided_at"])
    _note_on_both(locked, by, "May be the same household as {other} after all.")
    return locked


def _undecided_or_refuse(pair: DuplicatePair, expected: str) -> DuplicatePair:
    locked = DuplicatePair.objects.select_for_update(of=("self",)).select_related("first", "second").get(pk=pair.pk)
    if locked.state != expected:
        who = f" by {locked.decided_by}" if locked.decided_by else ""
        raise Refused(f"Somebody was quicker: “{locked.get_state_display()}” was recorded{who}. Look again.")
    return locked


def _note_on_both(pair: DuplicatePair, by, said: str) -> None:
    for enquiry, other in ((pair.first, pair.second), (pair.second, pair.first)):
        if enquiry.merged_into_id is None:
            record_activity(enquiry=enquiry, kind="note", by=by, note=said.format(other=other.reference))
