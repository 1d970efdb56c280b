"""The models of the app, gathered for Django from the parts of the domain they live in."""

from enquiries.models.activity import Activity, ActivityQuerySet, RoutingDecision
from enquiries.models.apart import EqualityAnswers, SteppedAside
from enquiries.models.buddies import Buddy, BuddyLink, Match
from enquiries.models.bulk import BulkItem, BulkRun
from enquiries.models.callbacks import CallbackHours, CallbackSlot
from enquiries.models.documents import Document
from enquiries.models.duplicates import DuplicatePair, HouseholdKey, Merge
from enquiries.models.enquiry import Enquiry
from enquiries.models.enquiry_query import EnquiryQuerySet
from enquiries.models.eoi import EoiSection
from enquiries.models.events import Booking, Event
from enquiries.models.household import Applicant, Consent, SafeContact
from enquiries.models.inbox import HeldSubmission, InboundMessage, MailboxCursor
from enquiries.models.letters import MessageTemplate, Nudge, PostalAddress
from enquiries.models.name_words import NameWord
from enquiries.models.not_yet import ComeBackLink
from enquiries.models.origin import Campaign, Origin
from enquiries.models.own_page import LinkRequest, SignInLink
from enquiries.models.presence import Presence
from enquiries.models.recalculation import Recalculation
from enquiries.models.sessions import Attendance, Session
from enquiries.models.surveys import Survey
from enquiries.models.tasks import Task, TaskQuerySet
from enquiries.models.team import Absence, Caseload
from enquiries.models.telephone import CallEvent, CallScript, LineTest, PhoneCall, ScriptHidden
from enquiries.models.work_lists import OwnList, Today

__all__ = [
    "Absence",
    "Activity",
    "ActivityQuerySet",
    "Applicant",
    "Attendance",
    "Booking",
    "Buddy",
    "BuddyLink",
    "BulkItem",
    "BulkRun",
    "CallEvent",
    "CallScript",
    "CallbackHours",
    "CallbackSlot",
    "Campaign",
    "Caseload",
    "ComeBackLink",
    "Consent",
    "Document",
    "DuplicatePair",
    "Enquiry",
    "EnquiryQuerySet",
    "EoiSection",
    "EqualityAnswers",
    "Event",
    "HeldSubmission",
    "HouseholdKey",
    "InboundMessage",
    "LineTest",
    "LinkRequest",
    "MailboxCursor",
    "Match",
    "Merge",
    "MessageTemplate",
    "NameWord",
    "Nudge",
    "Origin",
    "OwnList",
    "PhoneCall",
    "PostalAddress",
    "Presence",
    "Recalculation",
    "RoutingDecision",
    "SafeContact",
    "ScriptHidden",
    "Session",
    "SignInLink",
    "SteppedAside",
    "Survey",
    "Task",
    "TaskQuerySet",
    "Today",
]
