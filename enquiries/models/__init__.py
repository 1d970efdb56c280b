"""The models of the app, gathered for Django from the parts of the domain they live in."""

from enquiries.models.activity import Activity, ActivityQuerySet, RoutingDecision
from enquiries.models.apart import EqualityAnswers, SteppedAside
from enquiries.models.callbacks import CallbackHours, CallbackSlot
from enquiries.models.duplicates import DuplicatePair, HouseholdKey, Merge
from enquiries.models.enquiry import Enquiry, EnquiryQuerySet
from enquiries.models.events import Booking, Event
from enquiries.models.household import Applicant, Consent, SafeContact, may_contact
from enquiries.models.inbox import HeldSubmission, InboundMessage, MailboxCursor
from enquiries.models.origin import Campaign, Origin
from enquiries.models.own_page import LinkRequest, SignInLink
from enquiries.models.telephone import CallEvent, CallScript, LineTest, PhoneCall, ScriptHidden

__all__ = [
    "Activity",
    "ActivityQuerySet",
    "Applicant",
    "Booking",
    "CallEvent",
    "CallScript",
    "CallbackHours",
    "CallbackSlot",
    "Campaign",
    "Consent",
    "DuplicatePair",
    "Enquiry",
    "EnquiryQuerySet",
    "EqualityAnswers",
    "Event",
    "HeldSubmission",
    "HouseholdKey",
    "InboundMessage",
    "LineTest",
    "LinkRequest",
    "MailboxCursor",
    "Merge",
    "Origin",
    "PhoneCall",
    "RoutingDecision",
    "SafeContact",
    "ScriptHidden",
    "SignInLink",
    "SteppedAside",
    "may_contact",
]
