"""Which authority an enquiry belongs to: ordered rules, and the first that fits decides (brief.md 2)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from hub.current import Current, current
from hub.models import Authority, PostcodeDirectory
from hub.places.directory import authority_code_of, authority_codes_of
from hub.working_time import today

if TYPE_CHECKING:
    from enquiries.models import Enquiry


@dataclass(frozen=True)
class Asked:
    """What the rules look at. `never` is a council that must not get to know of them, because they or somebody close
    work there; `members` are today's."""

    postcode: str
    residence: Authority | None
    chosen: Authority | None
    never: Authority | None
    members: frozenset[int]
    divided: bool = False  # the council where they live is several now, and the directory does not say which is theirs

    def is_ours(self, authority: Authority | None) -> bool:
        return authority is not None and authority.pk in self.members


@dataclass(frozen=True)
class Rule:
    code: str
    when: str  # in words, for whoever reads the table
    fits: Callable[[Asked], bool]
    gives: Callable[[Asked], Authority | None]
    because: str  # the explanation that is stored, with {chosen} and {residence}

    @property
    def result(self) -> str:
        return "None: it waits in “No council found”" if self.gives is _nobody else "That council"


def _nobody(_asked: Asked) -> None:
    """The enquiry waits in the queue of those without a council, which has an owner."""


RULES: tuple[Rule, ...] = (
    Rule(
        "chosen", "They chose one of our councils",
        lambda asked: asked.is_ours(asked.chosen) and asked.chosen != asked.never,
        lambda asked: asked.chosen,
        "They chose {chosen}.",
    ),
    Rule(
        "conflict", "They live where the council must not get to know of them",
        lambda asked: asked.residence is not None and asked.residence == asked.never,
        _nobody,
        "They live in {residence}, which must not get to know of it.",
    ),
    Rule(
        "residence", "Their postcode is in one of our councils",
        lambda asked: asked.is_ours(asked.residence),
        lambda asked: asked.residence,
        "Their postcode is in {residence}.",
    ),
    Rule(
        "divided", "Their council was divided, and the postcode directory does not know it yet",
        lambda asked: asked.divided,
        _nobody,
        "They live in {residence}, which was divided. The postcode directory does not say yet which part is theirs.",
    ),
    Rule(
        "out_of_region", "Their postcode is in another council",
        lambda asked: asked.residence is not None,
        _nobody,
        "Their postcode is in {residence}, which is not one of our councils.",
    ),
    Rule(
        "unknown_postcode", "The directory does not have their postcode",
        lambda asked: bool(asked.postcode),
        _nobody,
        "The postcode directory does not have their postcode.",
    ),
    Rule("no_postcode", "They gave no postcode", lambda asked: True, _nobody, "They gave no postcode."),
)  # fmt: skip


@dataclass(frozen=True)
class Routing:
    rule: str
    explanation: str
    residence: Authority | None
    authority: Authority | None
    directory: PostcodeDirectory | None


def decide(asked: Asked, directory: PostcodeDirectory | None = None) -> Routing:
    """What the first rule that fits says. `authority` is None or one of today's members, and never the one to avoid."""
    rule = next(rule for rule in RULES if rule.fits(asked))
    explanation = rule.because.format(chosen=asked.chosen, residence=asked.residence)
    return Routing(rule.code, explanation, asked.residence, rule.gives(asked), directory)


def route(*, postcode: str, chosen: Authority | None = None, never: Authority | None = None) -> Routing:
    """Decide by the rules, with the postcode directory and the members of now."""
    now = current()
    asked = _asked(now, now.authorities.get(authority_code_of(postcode)), postcode, chosen, never)
    return decide(asked, now.directory)


def routings(enquiries: Iterable["Enquiry"]) -> Iterator[tuple["Enquiry", Routing]]:
    """What the rules say of each now; the directory is asked once for many."""
    now, rest = current(), iter(enquiries)
    while some := list(islice(rest, 1000)):
        codes = authority_codes_of(enquiry.postcode for enquiry in some)
        for enquiry in some:
            lives = now.authorities.get(codes.get(enquiry.postcode, ""))
            asked = _asked(now, lives, enquiry.postcode, enquiry.chosen_authority, enquiry.not_authority)
            yield enquiry, decide(asked, now.directory)


def _asked(
    now: Current, lives: Authority | None, postcode: str, chosen: Authority | None, never: Authority | None
) -> Asked:
    """What the rules look at today: in the place of a council that has ended stands the one that came after it."""
    day = today()
    members = frozenset(authority.pk for authority in now.members_on(day))
    residence, chosen = now.in_place_of(lives, day), now.in_place_of(chosen, day)
    divided = residence is not None and residence.pk not in members and len(now.successors(residence, day)) > 1
    if never is not None and never.pk not in members:
        # Whoever must not get to know of them works on at the council that came after.
        after = now.successors(never, day)
        never = next((one for one in (chosen, residence) if one in after), never)
    return Asked(postcode, residence, chosen, never, members, divided)
