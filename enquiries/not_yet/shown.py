"""What the page of a check-in says of what we hold: enough to be known again, and nothing that harms in a mailbox."""

from enquiries.models import Enquiry


def in_short(enquiry: Enquiry) -> list[tuple[str, str]]:
    """Question and answer, those that there are; no names of the family, no numbers, no address."""
    people = " and ".join(one.first_name for one in enquiry.applicants.all() if one.first_name)
    phone = next((one.phone_to_ring for one in enquiry.applicants.all() if one.phone_to_ring), "")
    hold = enquiry.facts.not_voided().filter(kind="hold_started").newest_first().first()
    rows = [
        ("You", people),
        ("Your council", str(enquiry.authority or "")),
        ("Your spare bedroom", enquiry.get_spare_room_display()),
        ("You were thinking of", enquiry.interests_in_words),
        ("We spoke", enquiry.last_contact_in_words if enquiry.last_contact_at else ""),
        ("What you waited for", hold.reason_label if hold else ""),
        ("The number we ring", f"ends in {phone[-3:]}" if phone and enquiry.may_be_rung else ""),
    ]
    return [(title, said) for title, said in rows if said]
