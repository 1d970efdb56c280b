"""What a handover still needs before it may be sent: each gap with the very field that mends it."""

from dataclasses import dataclass

from django.urls import reverse

from enquiries.journey import Stage
from enquiries.models import Enquiry
from handover.agreements.standing import standing_with
from handover.package import share_consent
from hub.models import Authority, User
from hub.working_time import today


@dataclass(frozen=True)
class Requirement:
    """One thing that a handover needs: whether it is there, what to do if not, and the page that mends it.

    `field` is the id of the very input there. With `right`, the page is for those who hold it, and about the council.
    """

    code: str
    title: str
    met: bool
    gap: str
    url_name: str = ""
    field: str = ""
    right: str = ""

    def href(self, enquiry: Enquiry, authority: Authority | None, user: User) -> str:
        """Where this person can mend it; empty where it is met, or for others to mend."""
        if self.met or not self.url_name or (self.right and not user.can(self.right)):
            return ""
        about = authority.gss_code if self.right and authority else enquiry.reference
        return reverse(self.url_name, args=[about]) + (f"#{self.field}" if self.field else "")


def requirements(enquiry: Enquiry, authority: Authority | None) -> list[Requirement]:
    """Everything that a handover to the authority needs, met or not, in the order of the page."""
    return [*_rules_of_sending(enquiry, authority), *_parts_of_the_data_set(enquiry)]


def missing_from(enquiry: Enquiry, authority: Authority | None) -> list[Requirement]:
    """What is still missing before the enquiry may be sent to the authority; empty when it may."""
    return [requirement for requirement in requirements(enquiry, authority) if not requirement.met]


def _rules_of_sending(enquiry: Enquiry, authority: Authority | None) -> list[Requirement]:
    member = authority is not None and Authority.objects.members_on(today()).filter(pk=authority.pk).exists()
    consent = share_consent(enquiry)
    refused = consent is not None and not consent.given
    return [
        Requirement("eoi", "Expression of interest authorised", enquiry.stage == Stage.READY, *_not_ready(enquiry)),
        Requirement("hold", "Not on hold", not enquiry.on_hold, "They said “not yet”. End the hold first.", "end_hold"),
        Requirement(
            "authority", "A council to send to", member, "Choose a council that is a member of the hub.",
            "allocate", "id_council_0",
        ),
        *_not_kept_from(enquiry, authority),
        *_council_is_ready(authority),
        Requirement(
            "consent",
            "Consent to share with a council",
            consent is not None and consent.given,
            "They said no to sharing. Ask again, and record what they say."
            if refused
            else "Ask whether we may share their details with a council, and record what they say.",
            "consent",
            "id_answer_0",
        ),
    ]  # fmt: skip


def _not_kept_from(enquiry: Enquiry, authority: Authority | None) -> list[Requirement]:
    """Said only where there is a council that must not know."""
    if authority is None or enquiry.not_authority_id is None:
        return []
    gap = f"{authority} must not get to know of them: {enquiry.not_why}. Choose another council."
    may_know = enquiry.not_authority_id != authority.pk
    return [Requirement("may_know", f"{authority} may get to know of them", may_know, gap, "allocate", "id_council_0")]


def _council_is_ready(authority: Authority | None) -> list[Requirement]:
    if authority is None:
        return []
    standing, live = standing_with(authority), authority.portal == Authority.Portal.LIVE
    gap = f"The agreement with {authority} {standing.wrong}. Ask a manager to see to it."
    return [
        Requirement(
            "agreement", f"Data-sharing agreement with {authority}", not standing.stops, gap,
            "agreements_with", right="change_settings",
        ),
        Requirement(
            "portal", f"{authority} takes referrals", live, _why_not_live(authority),
            "portal_council", right="change_settings",
        ),
    ]  # fmt: skip


def _why_not_live(authority: Authority) -> str:
    if authority.portal == Authority.Portal.PAUSED:
        why = f": {authority.portal_why.rstrip('.')}" if authority.portal_why else ""
        return f"{authority} takes no new referrals for now{why}."
    return f"{authority}’s team is not ready in the portal yet."


def _parts_of_the_data_set(enquiry: Enquiry) -> list[Requirement]:
    applicants = list(enquiry.applicants.all())
    first = applicants[0] if applicants else None
    # Some people have one name only.
    named = first is not None and bool(first.first_name or first.last_name)
    reachable = any(applicant.email or applicant.phone for applicant in applicants)
    placed = bool(enquiry.postcode) or enquiry.chosen_authority_id is not None
    return [
        Requirement("name", "Name", named, "Add the first applicant’s name.", "people", "id_first_name"),
        Requirement(
            "contact", "A way to reach them", reachable, "Add an email address or telephone number.",
            "people", "id_phone",
        ),
        Requirement(
            "place", "Where they live", placed, "Add their postcode, or the council they chose.",
            "people", "id_postcode",
        ),
    ]  # fmt: skip


def _not_ready(enquiry: Enquiry) -> tuple[str, str]:
    """Why it is not, and the page on which it goes on."""
    waiting = {
        Stage.NEW: ("Nobody has spoken with them yet.", "log_call"),
        Stage.IN_TOUCH: ("The expression of interest has not been submitted.", "eoi"),
        Stage.EOI: ("The expression of interest waits for a manager to authorise it.", "eoi"),
        Stage.CLOSED: ("The enquiry is closed.", "reopen"),
    }
    return waiting.get(Stage(enquiry.stage), ("The enquiry is already with a council.", ""))
