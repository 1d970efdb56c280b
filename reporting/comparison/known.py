"""What published statistics count: one entry per measure, with the words for it and what of ours stands beside it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Counted:
    """A measure as it is published. `ours` is the line of ours that counts the same (measures.md), where one does."""

    label: str
    unit: str
    ours: str = ""


COUNTED: dict[str, Counted] = {
    "enquiries": Counted("Initial enquiries", "households", "M02"),
    "applications": Counted("Applications received", "households", "M16"),
    "applications_approved": Counted("Applications received and approved in the same year", "households"),
    "withdrawn_by_applicant": Counted("Applications withdrawn by the applicant", "households", "M21"),
    "withdrawn_by_service": Counted("Applications withdrawn by the service", "households", "M22"),
    "applications_rejected": Counted("Applications refused after panel", "households", "M20"),
    "applications_in_progress": Counted("Applications in progress on 31 March", "households"),
    "households_approved": Counted("Households approved, family and friends among them", "households"),
    "kinship_approved": Counted("Households approved as family and friends", "households"),
    "deregistered": Counted("Households deregistered", "households"),
    "households": Counted("Approved households on 31 March", "households"),
    "carers": Counted("Approved carers on 31 March", "people"),
    "places_with_kinship": Counted("Approved places, family and friends among them", "places"),
    "filled_with_kinship": Counted("Filled places, family and friends among them", "places"),
    "places": Counted("Approved mainstream places on 31 March", "places"),
    "filled_places": Counted("Filled mainstream places on 31 March", "places"),
    "conversion": Counted("Applications for every 100 enquiries", "percent", "K03"),
    "months_to_approval": Counted("Months from application to approval", "months", "M23"),
    "population": Counted("People who live there", "people"),
}

# What a publisher writes where a number would stand.
NO_NUMBER: dict[str, str] = {
    "": "left empty",
    "c": "not shown, a small number",
    "*": "not shown, a small number",
    "..": "not available",
    "x": "not available",
    ":": "not available",
    "-": "not available",
    "~": "does not apply",
    "z": "does not apply",
}
