"""How surely two enquiries are of one household, with what speaks for it and what against. Pure.

Each agreement or difference has a weight: the binary logarithm of how much oftener it is seen between two enquiries of
one household than between those of two (Fellegi and Sunter). Their sum, set against how rare it is that any two are
the same, is a probability. The weights were chosen on a labelled set and held against others (`make bench`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from enquiries.duplicates import keys
from enquiries.duplicates.keys import Household, Someone
from enquiries.duplicates.names import are_known_apart, are_one_name, sound_of

# From this score on staff are shown a suggestion; from the other on it is certain enough to join what is open.
SHOWN_FROM = 0.9
CERTAIN_FROM = 0.98
_HOW_RARE = 14.0  # of so many pairs (2 to this power) that share a key's worth of chance, one is the same


class Names(Enum):
    SAME = "same"
    FORM = "form"  # Liz and Elizabeth
    SLIP = "slip"
    SOUND = "sound"
    PART = "part"
    INITIAL = "initial"
    UNKNOWN = "unknown"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Evidence:
    """One agreement or difference, in plain words; its weight is negative where it speaks against."""

    words: str
    weight: float


@dataclass(frozen=True)
class Likeness:
    """What two enquiries have in common. `same_person`: somebody of the same name is in both."""

    evidence: tuple[Evidence, ...]
    same_person: bool
    exact: bool
    contradicted: bool

    @property
    def score(self) -> float:
        weight = sum(one.weight for one in self.evidence) - _HOW_RARE
        probability = 1 / (1 + 2 ** -max(-60.0, min(60.0, weight)))
        # Relatives share a name, a home, a telephone and a mailbox: only a person in both makes two enquiries one.
        return round(probability if self.same_person else min(probability, SHOWN_FROM / 2), 4)

    @property
    def shown(self) -> bool:
        return self.score >= SHOWN_FROM

    @property
    def certain(self) -> bool:
        """The very person, reached in the very way, with nothing against it."""
        return self.exact and not self.contradicted and self.score >= CERTAIN_FROM

    @property
    def reasons_for(self) -> list[str]:
        return [one.words for one in self.evidence if one.weight > 0]

    @property
    def reasons_against(self) -> list[str]:
        return [one.words for one in self.evidence if one.weight < 0]

    @property
    def reasons(self) -> list[str]:
        return [*self.reasons_for, *(f"But {words[:1].lower()}{words[1:]}" for words in self.reasons_against)]


_FIRST = {
    Names.SAME: 5.0, Names.FORM: 4.5, Names.SLIP: 4.0, Names.SOUND: 3.5, Names.PART: 3.5, Names.INITIAL: 2.0,
    Names.UNKNOWN: 0.0, Names.DIFFERENT: -8.0,
}  # fmt: skip
_LAST = {
    Names.SAME: 6.5, Names.FORM: 4.0, Names.SLIP: 5.0, Names.SOUND: 4.0, Names.PART: 4.0, Names.INITIAL: 1.0,
    Names.UNKNOWN: 0.0, Names.DIFFERENT: -4.5,
}  # fmt: skip

HowOften = Callable[[int], int]  # in how many households a key is, as far as was counted


def compare(one: Household, other: Household, how_often: HowOften = lambda key: 1) -> Likeness:
    """The likeness of two households. What many share (an office's telephone, a common name) weighs less."""
    people = _matched(one, other)
    evidence: list[Evidence] = []
    for number, (a, b) in enumerate(people):
        if number and _first(a, b) is Names.DIFFERENT and not _swapped(a, b):
            evidence.append(_ANOTHER_PARTNER)
            continue
        evidence += [*_names(a, b, how_often, second=number > 0), *_born(a, b)]
    evidence += [*_phones(one, other, how_often), *_mailboxes(one, other, how_often), *_place(one, other, how_often)]
    found = people[0] if people else None
    same_person = (
        found is not None
        and (_first(*found) is not Names.DIFFERENT or _swapped(*found))
        and _BORN_APART not in _born(*found)
    )
    exact = (
        found is not None and _is_exact(*found) and bool(one.phones & other.phones or one.mailboxes & other.mailboxes)
    )
    against = any(one in (_ANOTHER_PARTNER, _BORN_APART) for one in evidence)
    shown = sorted((e for e in evidence if e.weight), key=lambda e: -e.weight)
    return Likeness(tuple(shown), same_person, exact, against)


def people_matched(one: Household, other: Household) -> list[tuple[int, int]]:
    """Which person of the one is which of the other, by their place in each; those whose names differ are left out."""
    return [
        (one.people.index(a), other.people.index(b))
        for a, b in _matched(one, other)
        if _first(a, b) is not Names.DIFFERENT or _swapped(a, b)
    ]


def _matched(one: Household, other: Household) -> list[tuple[Someone, Someone]]:
    """Who of the one is who of the other: the pairing whose names agree best, the surer person first."""
    pairs = list(product(one.people, other.people))
    if not pairs:
        return []
    best = max(pairs, key=lambda pair: _agreement(*pair))
    rest = [(a, b) for a, b in pairs if a is not best[0] and b is not best[1]]
    return [best, *(rest[:1] if _is_told(rest) else [])]


def _is_told(rest: list[tuple[Someone, Someone]]) -> bool:
    return bool(rest) and all(person.first or person.last for person in rest[0])


def _agreement(a: Someone, b: Someone) -> float:
    straight = _FIRST[_first(a, b)] + _LAST[_last(a.last, b.last)]
    born = 1.0 if a.born_on and a.born_on == b.born_on else 0.0
    reached = 0.5 * (bool(a.phone) and a.phone == b.phone) + 0.5 * (bool(a.mailbox) and a.mailbox == b.mailbox)
    return straight + born + reached + (8.0 if _swapped(a, b) else 0.0)


def _names(a: Someone, b: Someone, how_often: HowOften, *, second: bool) -> list[Evidence]:
    if _swapped(a, b):
        whole = bool(a.first and a.last and b.first and b.last)
        return [Evidence("First and last names swapped", 10.0 if whole and not second else 5.0)]
    first, last = _first(a, b), _last(a.last, b.last)
    whose = " of the other person" if second else ""
    if first is Names.SAME and last is Names.SAME:
        weight = 7.0 if second else 11.5 - _commonness(keys.name_keys(a), how_often)
        return [Evidence(f"Same name{whose}", weight)]
    # Couples mostly share their last name: of the second it says less.
    of_last = _LAST[last] / 2 if second else _LAST[last]
    return [Evidence(_FIRST_SAID[first] + whose, _FIRST[first]), Evidence(_LAST_SAID[last] + whose, of_last)]


_FIRST_SAID = {
    Names.SAME: "Same first name", Names.FORM: "Forms of one first name",
    Names.SLIP: "First names differ by one letter", Names.SOUND: "First names sound alike",
    Names.PART: "First names in part the same",
    Names.INITIAL: "Same initial", Names.UNKNOWN: "First name not known", Names.DIFFERENT: "Different first names",
}  # fmt: skip
_LAST_SAID = {
    Names.SAME: "Same last name", Names.FORM: "Last names alike", Names.SLIP: "Last names differ by one letter",
    Names.SOUND: "Last names sound alike", Names.PART: "Last names in part the same",
    Names.INITIAL: "Last names begin alike", Names.UNKNOWN: "Last name not known",
    Names.DIFFERENT: "Different last names",
}  # fmt: skip


def _commonness(name_keys: list[int], how_often: HowOften) -> float:
    """What is taken off for a name that many bear."""
    often = max((how_often(name) for name in name_keys), default=1)
    return _shared(often, free=4, each=0.7)


def _shared(often: int, *, free: int, each: float) -> float:
    off = 0.0
    while often > free:
        off, often = off + each, often // 2
    return off


def _first(a: Someone, b: Someone) -> Names:
    if not a.first or not b.first:
        return Names.UNKNOWN
    one, other = a.first[0], b.first[0]
    if one == other or "".join(a.first) == "".join(b.first):
        return Names.SAME
    if are_one_name(one, other):
        return Names.FORM
    if min(len(one), len(other)) == 1:
        return Names.INITIAL if one[0] == other[0] else Names.DIFFERENT
    if set(a.first) & set(b.first):
        return Names.PART
    if are_known_apart(one, other):
        return Names.DIFFERENT
    return _spelling(one, other)


def _last(one: tuple[str, ...], other: tuple[str, ...]) -> Names:
    if not one or not other:
        return Names.UNKNOWN
    a, b = "".join(one), "".join(other)
    if a == b or sorted(one) == sorted(other):
        return Names.SAME
    if any(len(word) > 2 for word in set(one) & set(other)):
        return Names.PART
    if min(len(a), len(b)) == 1:
        return Names.INITIAL if a[0] == b[0] else Names.DIFFERENT
    return _spelling(a, b)


@lru_cache(maxsize=100_000)
def _spelling(one: str, other: str) -> Names:
    """Two words that are not the same: a slip of the pen, another spelling of what is heard, or two names."""
    if re.sub(r"\d", "", one) == re.sub(r"\d", "", other):
        return Names.DIFFERENT  # numbers are told, not misspelt
    shorter, apart = min(len(one), len(other)), DamerauLevenshtein.distance(one, other, score_cutoff=2)
    if (apart == 1 and shorter + max(len(one), len(other)) >= 7) or (apart == 2 and shorter >= 8):
        return Names.SLIP
    alike = JaroWinkler.similarity(one, other)
    if sound_of(one) == sound_of(other) and shorter >= 3 and alike >= 0.75:
        return Names.SOUND
    return Names.SLIP if apart == 2 and shorter >= 6 and alike >= 0.9 else Names.DIFFERENT


def _swapped(a: Someone, b: Someone) -> bool:
    """The first name where the last belongs: both found crosswise, and not also straight."""
    if a.first == b.first:
        return False
    crosswise = (_last(a.first, b.last), _last(a.last, b.first))
    # Of a single name one way must do.
    return set(crosswise) <= {*_AS_WRITTEN, Names.UNKNOWN} and not set(crosswise) <= {Names.UNKNOWN}


_AS_WRITTEN = (Names.SAME, Names.SLIP, Names.PART)


def _is_exact(a: Someone, b: Someone) -> bool:
    same = bool(a.first and a.last) and a.first == b.first and a.last == b.last
    return same or (bool(a.first) and a.first == b.last and a.last == b.first)


_ANOTHER_PARTNER = Evidence("Another second person", -4.0)
_BORN_APART = Evidence("Different dates of birth", -9.0)


def _born(a: Someone, b: Someone) -> list[Evidence]:
    if a.born_on is None or b.born_on is None:
        return []
    if a.born_on == b.born_on:
        return [Evidence("Same date of birth", 8.0)]
    one, other = f"{a.born_on:%Y%m%d}", f"{b.born_on:%Y%m%d}"
    swapped = one[:4] == other[:4] and one[4:6] == other[6:] and one[6:] == other[4:6]
    if swapped or DamerauLevenshtein.distance(one, other) == 1:
        return [Evidence("Dates of birth differ by a slip", 3.0)]
    return [_BORN_APART]


def _phones(one: Household, other: Household, how_often: HowOften) -> list[Evidence]:
    if not one.phones or not other.phones:
        return []
    if both := one.phones & other.phones:
        off = min(_shared(how_often(keys.phone_key(phone)), free=4, each=1.5) for phone in both)
        return [Evidence("Same telephone, which many share" if off > 3 else "Same telephone", 10.0 - off)]
    if any(len(a) == len(b) and DamerauLevenshtein.distance(a, b) == 1 for a, b in product(one.phones, other.phones)):
        return [Evidence("Telephones differ by one digit", 6.0)]
    return [Evidence("Different telephones", -1.0)]


# Mailboxes of a post, not of a person.
_OF_A_POST = re.compile(r"^(info|admin|office|enquir\w+|contact|hello|mail|reception|family|none|noreply|no-reply)@")


def _mailboxes(one: Household, other: Household, how_often: HowOften) -> list[Evidence]:
    if not one.mailboxes or not other.mailboxes:
        return []
    if both := one.mailboxes & other.mailboxes:
        off = min(_shared(how_often(keys.email_key(box)), free=4, each=1.5) for box in both)
        if all(_OF_A_POST.match(box) for box in both):
            off = max(off, 6.0)
        return [Evidence("Same email, which many share" if off > 3 else "Same email", 12.0 - off)]
    alike = max(_alike(a, b) for a, b in product(one.mailboxes, other.mailboxes))
    return [Evidence("Emails differ by one letter", alike) if alike else Evidence("Different emails", -1.0)]


def _alike(one: str, other: str) -> float:
    """What it says that two mailboxes differ by one letter: paul13@ and paul14@ are two people, ann.bell@ and
    annbell@ may well be."""
    if DamerauLevenshtein.distance(one, other, score_cutoff=1) > 1 or len(one.split("@")[0]) < 5:
        return 0.0
    if re.sub(r"\d", "", one) == re.sub(r"\d", "", other):
        return 0.0
    return 2.0 if re.sub(r"[._-]", "", one) == re.sub(r"[._-]", "", other) else 7.0


def _place(one: Household, other: Household, how_often: HowOften) -> list[Evidence]:
    a, b = one.postcode, other.postcode
    if not a or not b:
        return []
    if a == b:
        return [Evidence("Same postcode", 9.0 - _shared(how_often(keys.postcode_key(a)), free=8, each=0.5))]
    if DamerauLevenshtein.distance(a, b) == 1:
        return [Evidence("Postcodes differ by one character", 4.5)]
    if one.outward == other.outward:
        return [Evidence("Same postcode district", 2.5)]
    return [Evidence("Different postcodes", -2.0)]
