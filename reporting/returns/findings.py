"""What to look at before signing."""

from dataclasses import dataclass

from enquiries.models import Enquiry
from hub.models import User
from reporting.measures import data_quality
from reporting.returns.models import Return


@dataclass(frozen=True)
class Finding:
    """Something to look at before signing, with the records that it is about."""

    label: str
    references: list[str]


def findings_of(*, ret: Return, user: User) -> list[Finding]:
    """What contradicts itself or is missing in a return's figures (measures.md, rule 10 and M19), as at its moment."""
    found = data_quality(ret.period, ret.as_at)
    ids = {pk for finding in found for pk in finding["enquiries"]}
    references = dict(Enquiry.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "reference"))
    return [
        Finding(finding["label"], sorted(references[pk] for pk in finding["enquiries"] if pk in references))
        for finding in found
    ]
