"""What belongs to an enquiry that was found for a council, fetched as its prefetching would, by statements that are
known already: a record is read very often (docs/decisions/0014)."""

from enquiries.models import Activity, Applicant, Consent, Enquiry
from hub.compiled import Compiled, keep_related

_BELONGINGS: dict[str, Compiled] = {
    "applicants": Compiled(lambda enquiry: Applicant.objects.filter(enquiry=enquiry), int),
    "consents": Compiled(lambda enquiry: Consent.objects.filter(enquiry=enquiry), int),
    # Of those who recorded them a council sees its own; of all others there is a key, and nobody behind it.
    "activities": Compiled(lambda enquiry: Activity.objects.filter(enquiry=enquiry).select_related("recorded_by"), int),
}


def fetch_belongings(enquiry: Enquiry) -> None:
    """Its people, what they agreed to, and what happened, with who recorded it."""
    for name, query in _BELONGINGS.items():
        keep_related(enquiry, name, query(enquiry.pk))
