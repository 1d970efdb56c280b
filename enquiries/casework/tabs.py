"""The tabs of one enquiry, in one place: pages of other parts of the product are known by their address only."""

from django.urls import reverse

from enquiries.models import Enquiry

TABS = (("Timeline", "enquiry"), ("Details", "enquiry_details"), ("Handover", "handover_prepare"))


def tabs_of(enquiry: Enquiry, here: str) -> list[dict]:
    """For components/sub_navigation.html; `here` is the URL name of the page being shown."""
    return [
        {"text": text, "href": reverse(name, args=[enquiry.reference]), "active": name == here} for text, name in TABS
    ]
