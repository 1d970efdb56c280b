import pytest

from enquiries.models import PostalAddress, SafeContact


@pytest.fixture
def enquiry(make_enquiry):
    """One of Gateshead, spoken with, who may be written to by every way; what it was told before stays."""
    enquiry = make_enquiry("in_touch")
    SafeContact.objects.update_or_create(enquiry=enquiry, defaults={"by_text": True})
    PostalAddress.objects.create(enquiry=enquiry, lines="1 Amber Street\nGateshead\nNE8 1AA")
    return enquiry
