"""Which authority an enquiry belongs to: ordered rules, and the first that fits decides (brief.md 2)."""

from dataclasses import dataclass

from hub.current import current
from hub.models import Authority, PostcodeDirectory
from hub.places.directory import authority_code_of
from hub.working_time import today


@dataclass(frozen=True)
class Routing:
    rule: str
    explanation: str
    residence: Authority | None
    authority: Authority | None
    directory: PostcodeDirectory | None


def route(*, postcode: str, chosen: Authority | None = None, never: Authority | None = None) -> Routing:
    """Decide by: chosen member authority, conflict or privacy, residence by postcode, out of region, unknown.

    `never` is a council that must not get to know of them, because they or somebody close work there.

    `authority` is None for out of region and unknown: the enquiry waits in the unallocated queue, which has an owner.
    """
    now = current()
    residence = now.authorities.get(authority_code_of(postcode))
    members = {authority.pk for authority in now.members_on(today())}

    def decide(rule: str, explanation: str, authority: Authority | None) -> Routing:
        return Routing(rule, explanation, residence, authority, now.directory)

    if chosen is not None and chosen.pk in members and chosen != never:
        return decide("chosen", f"They chose {chosen}.", chosen)
    if residence is not None and residence == never:
        return decide("conflict", f"They live in {residence}, which must not get to know of it.", None)
    if residence is not None and residence.pk in members:
        return decide("residence", f"Their postcode is in {residence}.", residence)
    if residence is not None:
        return decide("out_of_region", f"Their postcode is in {residence}, which is not one of our councils.", None)
    if postcode:
        return decide("unknown_postcode", "The postcode directory does not have their postcode.", None)
    return decide("no_postcode", "They gave no postcode.", None)
