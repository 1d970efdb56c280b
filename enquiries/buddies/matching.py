"""Which buddies fit a household, and why. Pure: what is known of both goes in, the order with its reasons comes out."""

from collections.abc import Iterable
from dataclasses import dataclass

from enquiries.journey import INTERESTS

# A language that they share matters most: without it nobody talks. Then how near they are, then what they have done.
LANGUAGE, AREA, INTEREST = 8, 4, 1
MOST_INTERESTS = 3  # more than that makes nobody a better match than a neighbour


@dataclass(frozen=True)
class Wanted:
    """What is known of the household. `never` is a council that must not get to know of them."""

    area: int | None = None
    interests: frozenset[str] = frozenset()
    language: str = ""
    never: int | None = None


@dataclass(frozen=True)
class Candidate:
    """What is known of a buddy. `areas` are councils with their names, `load` how many they accompany now."""

    key: int
    name: str
    areas: dict[int, str]
    interests: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    load: int = 0
    most: int = 1


@dataclass(frozen=True)
class Suggestion:
    candidate: Candidate
    score: int
    reasons: tuple[str, ...]


def suggest(wanted: Wanted, candidates: Iterable[Candidate]) -> list[Suggestion]:
    """Those who have room, the best fit first: language, area and interests count, and among equals who accompanies
    fewest. Nobody of a council that must not get to know of the household."""
    fit = [_weigh(wanted, one) for one in candidates if one.load < one.most and wanted.never not in one.areas]
    return sorted(fit, key=lambda one: (-one.score, one.candidate.load, one.candidate.name, one.candidate.key))


def _weigh(wanted: Wanted, one: Candidate) -> Suggestion:
    score, reasons = 0, []
    if wanted.language and wanted.language.casefold() in {said.casefold() for said in one.languages}:
        score += LANGUAGE
        reasons.append(f"Speaks {wanted.language}")
    if wanted.area is not None and wanted.area in one.areas:
        score += AREA
        reasons.append(f"Same area: {one.areas[wanted.area]}")
    shared = sorted((wanted.interests - {"not_sure"}) & one.interests)
    if shared:
        score += INTEREST * min(len(shared), MOST_INTERESTS)
        said = [INTERESTS.get(code, code) for code in shared]
        reasons.append(f"Knows: {', '.join(word[:1].lower() + word[1:] for word in said)}")
    reasons.append("Nobody else at the moment" if one.load == 0 else f"{one.load} of {one.most} at the moment")
    return Suggestion(one, score, tuple(reasons))
