"""Who looks after whom: sharing out what nobody owns, and moving what somebody owns."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from enquiries.assignment.rotation import Candidate, next_owner
from enquiries.assignment.team import candidates_now, caseload_of, needs_of
from enquiries.models import Caseload, Enquiry
from enquiries.models.team import MOST_CAPACITY
from enquiries.services import assign_enquiry, lock_enquiry
from hub.current import current
from hub.errors import Refused
from hub.models import User
from hub.sweep import alone, while_time_lasts

AT_ONCE = 300  # what one press of the button does at the most; press it again for more
BUSY = "Enquiries are being shared out at this moment. Look again in a minute: perhaps nothing is left to do."


@dataclass
class Shared:
    """What came, or would come, of sharing out."""

    given: Counter = field(default_factory=Counter)  # by person
    open_then: dict[str, str] = field(default_factory=dict)  # by person, of their capacity: "43 of 60"
    left: int = 0  # for whom nobody has room
    more: int = 0  # beyond what is done at once

    @property
    def count(self) -> int:
        return self.given.total()


def share_out_new() -> int:
    """Give what nobody owns an owner by rotation, where the hub shares out by itself; gives how many it gave.

    Safe to run at any time, twice. Not part of taking an enquiry in, which must not wait for it.
    """
    hub = current().hub
    if hub is None or not hub.shares_out:
        return 0
    with alone("share_out") as ours:
        waiting = _unowned() if ours else []
        team = candidates_now() if waiting else []
        if not any(one.has_room for one in team):
            return 0
        return _give(while_time_lasts(waiting), team, by=None).count


def share_out_now(*, by: User) -> Shared:
    """Give what nobody owns an owner by rotation, at a manager's word; each enquiry once, however many ask at once."""
    _refuse_unless_manager(by)
    with alone("share_out") as ours:
        if not ours:
            raise Refused(BUSY)
        waiting = _unowned()
        shared = _give(waiting[:AT_ONCE], candidates_now(), by=by)
        shared.more = max(len(waiting) - AT_ONCE, 0)
        return shared


def move_caseload(*, person: User, by: User, to: User | None = None) -> Shared:
    """Move every open enquiry of somebody to one other person, or by rotation to all others; each with its fact.

    To one person all go, however many: the manager has seen the number. By rotation those stay for whom nobody has
    room.
    """
    _refuse_unless_manager(by)
    if to is not None and (to == person or not to.is_hub_staff):
        raise Refused("Choose another person of the hub.")
    with alone("share_out") as ours:
        if not ours:
            raise Refused(BUSY)
        keys = _owned(person)
        shared = _give(keys[:AT_ONCE], _others(person), by=by, of=person, to=to)
        shared.more = max(len(keys) - AT_ONCE, 0)
        return shared


def shares_of_unowned() -> Shared:
    """What `share_out_now` would do, without doing it."""
    return _planned(_unowned(), candidates_now())


def shares_of(person: User, to: User | None = None) -> Shared:
    """What `move_caseload` would do, without doing it."""
    keys = _owned(person)
    if to is None:
        return _planned(keys, _others(person))
    owned = len(_owned(to)) + len(keys)
    then = {to.name: f"{owned} of {caseload_of(to).capacity}"}
    return Shared(given=Counter({to.name: len(keys)} if keys else {}), open_then=then)


@transaction.atomic
def set_caseload(
    *, person: User, by: User, capacity: int, takes_new: bool, languages: list[str], interests: list[str],
    councils: list[str],
) -> Caseload:  # fmt: skip
    """Say how much somebody can look after, whether new enquiries go to them, and whom they suit best."""
    _refuse_unless_manager(by)
    if not 1 <= capacity <= MOST_CAPACITY:
        raise Refused(f"Enter a number from 1 to {MOST_CAPACITY}")
    said = {
        "capacity": capacity, "takes_new": takes_new, "languages": languages, "interests": interests,
        "councils": councils,
    }  # fmt: skip
    caseload, _ = Caseload.objects.update_or_create(person=person, defaults=said)
    return caseload


def _unowned() -> list[int]:
    """Who waits for an owner, oldest first. Those without a council have their own queue, and its owner."""
    waiting = Enquiry.objects.unassigned().filter(authority__isnull=False)
    return list(waiting.order_by("received_at", "pk").values_list("pk", flat=True))


def _owned(person: User) -> list[int]:
    """What somebody owns, what is due first in front."""
    return list(Enquiry.objects.owned_by(person).order_by("due_at", "pk").values_list("pk", flat=True))


def _others(person: User) -> list[Candidate]:
    return [one for one in candidates_now() if one.pk != person.pk]


def _planned(keys: Iterable[int], team: list[Candidate]) -> Shared:
    shared = Shared()
    people = {one.pk: one for one in team}
    for needs in needs_of(keys).values():
        choice = next_owner(list(people.values()), needs)
        if choice is None:
            shared.left += 1
            continue
        shared.given[choice.candidate.name] += 1
        people[choice.candidate.pk] = choice.candidate.given_one(timezone.now())
    shared.open_then = {one.name: f"{one.open} of {one.capacity}" for one in people.values()}
    return shared


def _give(
    keys: Iterable[int], team: list[Candidate], *, by: User | None, of: User | None = None, to: User | None = None
) -> Shared:
    """One after the other, each in a transaction of its own: what is broken off has lost nothing."""
    shared, people = Shared(), {one.pk: one for one in team}
    users = User.objects.in_bulk(list(people))
    for pk, needs in _in_parts(keys):
        if to is not None:
            shared.given[to.name] += _given(pk, to, "", by=by, of=of)
            continue
        choice = next_owner(list(people.values()), needs)
        if choice is None:
            shared.left += 1
        elif _given(pk, users[choice.candidate.pk], choice.why, by=by, of=of):
            shared.given[choice.candidate.name] += 1
            people[choice.candidate.pk] = choice.candidate.given_one(timezone.now())
    return shared


def _in_parts(keys: Iterable[int]) -> Iterator:
    """Each key with its needs, which are asked for a hundred at a time."""
    part: list[int] = []
    for pk in keys:
        part.append(pk)
        if len(part) == 100:
            yield from needs_of(part).items()
            part = []
    yield from needs_of(part).items()


@transaction.atomic
def _given(pk: int, to: User, why: str, *, by: User | None, of: User | None) -> bool:
    """Whether it was theirs to give: somebody may have taken it on, or ended it, meanwhile."""
    enquiry = lock_enquiry(pk)
    if not enquiry.is_open or enquiry.owner_id != (of.pk if of else None):
        return False
    reasons = [f"moved from {of.name}" if of else "", why]
    assign_enquiry(enquiry=enquiry, to=to, by=by, why=", ".join(reason for reason in reasons if reason))
    if why:
        Caseload.objects.update_or_create(person=to, defaults={"last_given_at": timezone.now()})
    return True


def _refuse_unless_manager(by: User) -> None:
    if not by.can("assign_anyone"):
        raise Refused("A manager does that.")
