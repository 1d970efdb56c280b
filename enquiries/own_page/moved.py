"""What a new postcode means for whoever moved, in words for them."""

from enquiries.models import Enquiry
from hub.models import Authority, NeighbourHub

WE_SEE_TO_IT = "Somebody from our team looks at it, and tells you when we next talk or write."


def what_the_move_means(enquiry: Enquiry, before: Authority | None) -> str:
    """By the rule that decided just now: the council that is theirs, or why there is none and what they can do."""
    decision = enquiry.routing.first()
    rule = decision.rule if decision else ""
    if enquiry.authority is not None:
        if rule == "chosen":
            return f"Your council is still {enquiry.authority}, as you chose."
        return f"Your council is {'still' if enquiry.authority == before else 'now'} {enquiry.authority}."
    if rule == "out_of_region":
        return (
            f"Your new postcode is in {enquiry.residence}, which is outside our region. {_whom_to_ask(enquiry)} "
            "Somebody from our team looks at it, and talks with you about fostering for one of our councils."
        )
    if rule == "unknown_postcode":
        return f"We could not find which council your new postcode belongs to. {WE_SEE_TO_IT}"
    if rule == "no_postcode":
        return "Without a postcode we do not know your council. You can add it here at any time."
    return f"We could not settle yet which council is yours. {WE_SEE_TO_IT}"


def what_we_owe_for_the_move(enquiry: Enquiry) -> str:
    """For staff: what to see to after the move, where we told them that somebody does; else empty."""
    decision = enquiry.routing.first()
    if enquiry.authority is not None or not enquiry.postcode:
        return ""
    why = f" {decision.explanation}" if decision else ""
    return f"They moved to {enquiry.postcode}.{why} We told them that somebody looks at it and gets in touch."


def _whom_to_ask(enquiry: Enquiry) -> str:
    """Who does for their new home what we do for ours, where we know it."""
    hub = NeighbourHub.objects.filter(authorities=enquiry.residence).first()
    if hub is None:
        return f"If you would rather foster there, ask the fostering team of {enquiry.residence}."
    ways = " or ".join(way for way in (hub.telephone, hub.email, hub.website) if way)
    return f"If you would rather foster there, ask {hub.name}{f' ({ways})' if ways else ''}."
