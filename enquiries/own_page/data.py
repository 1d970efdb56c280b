"""What we hold about a household, for them to read and to take away (UK GDPR, articles 15 and 20).

At once: everything they gave us, what they agreed to and the dated facts. Free text by staff may be about others too,
so that somebody reads it first: the page says how to ask for that (docs/decisions/).
"""

from enquiries.eoi.sections import Expression
from enquiries.models import Applicant, Booking, Consent, Enquiry, Match, PostalAddress, SafeContact
from enquiries.state import in_order, not_voided
from hub.contact import format_phone
from hub.models import Message

# Every kind of fact in their words; "" where it is the hub's own housekeeping, about no one.
IN_THEIR_WORDS: dict[str, str] = {
    "received": "You asked about fostering",
    "attempt": "We tried to reach you",
    "conversation": "We spoke",
    "event_attended": "You came to an event",
    "training_completed": "You completed training",
    "initial_visit": "First visit",
    "eoi_invited": "We asked you to tell us about yourselves",
    "eoi_submitted": "You told us about yourselves",
    "eoi_returned": "We asked you for more before going on",
    "eoi_authorised": "We agreed that your details can go to your council",
    "handover_sent": "We sent your details to your council",
    "handover_opened": "Your council opened your details",
    "handover_accepted": "Your council accepted your details",
    "handover_declined": "Your council gave your details back",
    "handover_returned": "Your council asked us for more information",
    "handover_withdrawn": "We took your details back from your council",
    "application_received": "Your council received your application",
    "stage1_started": "Checks began",
    "stage1_completed": "Checks were completed",
    "stage2_started": "The assessment began",
    "panel_held": "The panel met",
    "decided": "Your council decided",
    "hold_started": "“Not yet”",
    "hold_ended": "No longer “not yet”",
    "reopened": "Your enquiry was opened again",
    "closed": "Your enquiry ended",
    "merged": "We put two of your enquiries together",
    "asked_again": "You asked again",
    "callback_booked": "A time for us to ring you was booked",
    "callback_cancelled": "That time was cancelled",
    "message_received": "You wrote to us",
    "called_us": "You rang us",
    "event_booked": "You booked an event",
    "event_cancelled": "An event booking was cancelled",
    "feedback": "You told us how we are doing",
    "routed": "We looked up your council",
    "details_changed": "Your details or wishes were changed",
    "message_sent": "We sent you a message",
    "visit_booked": "A first visit was booked",
    "visit_cancelled": "A first visit was cancelled",
    "written": "We wrote to you",
    "buddy_introduced": "We introduced you to a foster carer",
    "buddy_spoke": "You spoke with a foster carer",
    "document_added": "A document was added",
    "document_removed": "A document was taken away",
    "worker_named": "Your council told us who looks after you",
    "council_heard": "You told us whether your council has been in touch",
    "council_change_asked": "You asked for another council",
    "handover_continued": "The council that came after yours has your details",
    "handover_no_reply": "",
    "task_done": "",
    "parked": "",
    "assigned": "",
    "note": "",
    "voided": "",
}
# Of these the words are theirs, and they get them back.
THEIR_OWN_WORDS = frozenset({"message_received", "feedback", "asked_again", "council_heard", "council_change_asked"})


def what_we_hold(enquiry: Enquiry) -> dict:
    """As plain data: strings, numbers, dates, lists; the keys are for reading."""
    household = [enquiry, *enquiry.merged_from.all()]
    people = Applicant.objects.filter(enquiry__in=household).order_by("-enquiry__absorbs", "enquiry_id", "position")
    safe = SafeContact.objects.filter(enquiry=enquiry).first()
    return {
        "reference": enquiry.reference,
        "people": [_person(one) for one in people],
        "enquiry": _enquiry(enquiry),
        "how_we_may_contact_you": _contact(safe) if safe else {},
        "where_letters_to_you_go": [post.lines for post in PostalAddress.objects.filter(enquiry__in=household)],
        "what_you_agreed_to": [
            {
                "date": consent.at,
                "what": consent.get_purpose_display(),
                "answer": "yes" if consent.given else "no",
                "words_shown": consent.wording,
            }
            for consent in Consent.objects.filter(enquiry__in=household)
        ],
        "what_you_told_us_about_yourselves": _expression(enquiry),
        "what_happened": _facts(enquiry),
        "where_you_came_from": _origins(enquiry),
        "how_we_found_your_council": [
            {"date": decision.at, "why": decision.explanation} for decision in enquiry.routing.all()
        ],
        "events": [
            {
                "event": booking.event.title,
                "when": booking.event.starts_at,
                "state": booking.get_state_display(),
                "sessions_to_which_you_came": sum(1 for row in booking.attendances.all() if row.persons),
            }
            for booking in Booking.objects.filter(enquiry__in=household)
            .select_related("event")
            .prefetch_related("attendances")
        ],
        "buddies": [
            {
                "date": match.asked_at,
                "buddy": match.buddy.first_name if match.accepted_at else "",
                "state": match.get_state_display(),
            }
            for match in Match.objects.filter(enquiry__in=household).select_related("buddy")
        ],
        "messages_we_sent_you": [
            {
                "date": message.created_at,
                "by": message.get_channel_display(),
                "to": message.to,
                "subject": message.subject,
            }
            for message in Message.objects.about(*enquiry.references).filter(to_household=True)
        ],
    }


def _person(applicant: Applicant) -> dict:
    phone = format_phone(applicant.phone) if applicant.phone else ""
    return {
        "first_name": applicant.first_name,
        "last_name": applicant.last_name,
        "email": applicant.email,
        "telephone": phone,
        "born_on": applicant.born_on,
    }


def _enquiry(enquiry: Enquiry) -> dict:
    return {
        "received": enquiry.received_known_at,
        "came_by": enquiry.get_channel_display(),
        "how_you_heard": enquiry.get_source_display(),
        "campaign": enquiry.campaign,
        "postcode": enquiry.postcode,
        "council_where_you_live": str(enquiry.residence or ""),
        "council": str(enquiry.held_by or enquiry.authority or ""),
        "council_you_chose": str(enquiry.chosen_authority or ""),
        "why_you_chose_it": enquiry.chosen_why,
        "council_that_must_not_know": str(enquiry.not_authority or ""),
        "why_it_must_not_know": enquiry.not_why,
        "what_brings_you": enquiry.get_situation_display(),
        "age": enquiry.get_age_display(),
        "when": enquiry.get_timing_display(),
        "spare_room": enquiry.get_spare_room_display(),
        "interests": enquiry.interests_in_words,
        "your_words": enquiry.message,
    }


def _contact(safe: SafeContact) -> dict:
    return {
        "by_telephone": safe.by_phone,
        "by_text_message": safe.by_text,
        "by_email": safe.by_email,
        "when": safe.get_when_display(),
        "leave_a_message": safe.leave_message,
        "say_who_is_calling": safe.say_who,
        "language": safe.language,
        "interpreter": safe.interpreter,
        "what_makes_it_easier": safe.adjustments,
        "anything_else": safe.notes,
    }


def _expression(enquiry: Enquiry) -> list[dict]:
    return [
        {
            "part": part.full_title,
            **{one.question: one.answer for one in part.said},
            "saved": part.held.saved_at,
            "saved_by": "you" if part.held.recorder == "enquirer" else "our team",
        }
        for part in Expression(enquiry).parts
        if part.held is not None
    ]


def _facts(enquiry: Enquiry) -> list[dict]:
    facts = enquiry.facts.select_related("authority", "recorded_by")
    return [
        {
            "date": fact.known_at,
            "what": f"{IN_THEIR_WORDS[fact.kind]}: {fact.authority}" if fact.authority else IN_THEIR_WORDS[fact.kind],
            "by": _who(fact),
            **({"your_words": fact.note} if fact.kind in THEIR_OWN_WORDS and fact.recorder == "enquirer" else {}),
        }
        for fact in in_order(not_voided(facts))
        if IN_THEIR_WORDS[fact.kind]
    ]


def _who(fact) -> str:
    if fact.recorder == "enquirer":
        return "you"
    if fact.recorded_by is None:
        return "our system"
    return str(fact.recorded_by.authority or "our team")


def _origins(enquiry: Enquiry) -> list[dict]:
    names = ("heard", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "referrer", "landed_on")
    came = [fact.origin for fact in enquiry.facts.select_related("origin") if hasattr(fact, "origin")]
    signs = [{name: getattr(one, name) for name in (*names, "dialled") if getattr(one, name)} for one in came]
    return [one for one in signs if one]
