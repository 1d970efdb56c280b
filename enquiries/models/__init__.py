"""The models of the app, gathered for Django from the parts of the domain they live in."""

from enquiries.models.activity import Activity, ActivityQuerySet, RoutingDecision
from enquiries.models.enquiry import Enquiry, EnquiryQuerySet
from enquiries.models.household import Applicant, Consent, SafeContact, may_contact

__all__ = [
    "Activity",
    "ActivityQuerySet",
    "Applicant",
    "Consent",
    "Enquiry",
    "EnquiryQuerySet",
    "RoutingDecision",
    "SafeContact",
    "may_contact",
]
