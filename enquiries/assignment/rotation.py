"""Who gets the next enquiry. Pure: whoever asks says who there is and what the household needs."""

import datetime
from dataclasses import dataclass, field, replace

from enquiries.journey import INTERESTS

_LONG_AGO = datetime.datetime.min.replace(tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Candidate:
    """Somebody who may own an enquiry, with what they have and can."""

    pk: int
    name: str
    open: int
    capacity: int
    present: bool = True
    takes_new: bool = True
    languages: frozenset[str] = frozenset()
    interests: frozenset[str] = frozenset()
    councils: frozenset[str] = frozenset()  # GSS codes; none: for all councils alike
    last_given_at: datetime.datetime | None = None

    @property
    def has_room(self) -> bool:
        return self.present and self.takes_new and self.open < self.capacity

    def given_one(self, at: datetime.datetime) -> "Candidate":
        return replace(self, open=self.open + 1, last_given_at=at)


@dataclass(frozen=True)
class Needs:
    """What a household asks of its worker."""

    language: str = ""  # English where empty
    interests: frozenset[str] = field(default_factory=frozenset)
    council: str = ""  # GSS code
    council_name: str = ""


@dataclass(frozen=True)
class Choice:
    candidate: Candidate
    why: str


def next_owner(candidates: list[Candidate], needs: Needs) -> Choice | None:
    """The one present with the matching skills and the most room (open of capacity); None where nobody has room.

    Skills are asked one after the other: language, council, kind of fostering. One that nobody with room has stops
    nobody, and is said. Of two with as much room, whoever was given one longest ago.
    """
    left = [one for one in candidates if one.has_room]
    if not left:
        return None
    said = []
    if needs.language:
        left, matched = _narrowed(left, lambda one: _spoken(needs.language) in map(_spoken, one.languages))
        said.append(f"speaks {needs.language}" if matched else f"nobody with room speaks {needs.language}")
    if needs.council:
        left, matched = _narrowed(left, lambda one: needs.council in one.councils)
        if matched:
            said.append(f"works with {needs.council_name or needs.council}")
        else:  # rather somebody for all councils than somebody for others
            left, _ = _narrowed(left, lambda one: not one.councils)
    left, _ = _narrowed(left, lambda one: bool(needs.interests & one.interests))
    best = min(left, key=lambda one: (one.open / one.capacity, one.last_given_at or _LONG_AGO, one.pk))
    if shared := sorted(needs.interests & best.interests):
        said.append("knows about " + ", ".join(INTERESTS.get(code, code).lower() for code in shared))
    said.append(f"{best.open} of {best.capacity}")
    return Choice(best, "by rotation: " + ", ".join(said))


def _narrowed(candidates: list[Candidate], fits) -> tuple[list[Candidate], bool]:
    """Those who fit; everybody where nobody does."""
    fitting = [one for one in candidates if fits(one)]
    return (fitting, True) if fitting else (candidates, False)


def _spoken(language: str) -> str:
    return " ".join(language.split()).casefold()
