"""Whose page an email address opens."""

from enquiries.models import Applicant, Enquiry
from enquiries.reach import is_safe


def enquiries_of(address: str) -> list[Enquiry]:
    """The enquiries whose page whoever reads mail at the address may open: open ones first, then the latest.

    Of a merged enquiry the survivor. Not where email is unsafe for them: somebody else may read it.
    """
    if not address:
        return []
    theirs = Applicant.objects.filter(email__iexact=address).select_related("enquiry__merged_into")
    found: dict[int, Enquiry] = {}
    for applicant in theirs:
        enquiry = applicant.enquiry
        page = enquiry.merged_into or enquiry
        if is_safe(enquiry, "email") and is_safe(page, "email"):
            found[page.pk] = page
    return sorted(found.values(), key=lambda one: (one.is_open, one.received_at), reverse=True)


def applicant_with(address: str, enquiry: Enquiry) -> Applicant | None:
    """Who of the household has the address; of two who share it the first."""
    theirs = Applicant.objects.filter(email__iexact=address)
    own = theirs.filter(enquiry=enquiry).order_by("position").first()
    return own or theirs.filter(enquiry__merged_into=enquiry).order_by("-enquiry__received_at", "position").first()
