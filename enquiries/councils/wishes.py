"""They would like another council than the one that has them: kept as a fact, which somebody answers."""

from django.db import transaction

from enquiries import journey
from enquiries.models import Activity, Enquiry
from enquiries.services import record_activity
from hub.errors import Refused
from hub.models import Authority
from hub.working_time import today

KIND = "council_change_asked"


@transaction.atomic
def ask_for_another_council(
    *,
    enquiry: Enquiry,
    by,
    wish: Authority | None = None,
    words: str = "",
    version: int | None = None,
    recorder: str = "person",
) -> Activity:
    """Record the wish, with the council they name and why; the clock of our answer runs. The council that has them is
    told nothing. `Refused` where it is the one they name."""
    if wish is not None and wish.pk == (enquiry.held_by_id or enquiry.authority_id):
        raise Refused(f"{wish} is their council already.")
    return record_activity(
        enquiry=enquiry, kind=KIND, by=by, recorder=recorder, version=version, authority=wish, note=words,
        channel="phone" if by else "web",
    )  # fmt: skip


def may_ask_for_another(enquiry: Enquiry) -> bool:
    """Whether they may ask on their own page: once, until we have answered."""
    if not journey.move_for(KIND, enquiry.standing, can=lambda right: right == journey.OWN):
        return False
    asked = enquiry.facts.not_voided().filter(kind=KIND).newest_first().first()
    if asked is None:
        return True
    answers = [kind for kind, rule in journey.KINDS.items() if rule.answers]
    done = [*answers, *journey.KINDS[KIND].answered_by]
    return enquiry.facts.not_voided().filter(kind__in=done, occurred_at__gt=asked.occurred_at).exists()


def others_to_choose(enquiry: Enquiry) -> list[Authority]:
    """The councils of the hub but the one that has them and the one that must not know, by name."""
    not_these = [enquiry.held_by_id or enquiry.authority_id or 0, enquiry.not_authority_id or 0]
    return list(Authority.objects.members_on(today()).exclude(pk__in=not_these).order_by("name"))
