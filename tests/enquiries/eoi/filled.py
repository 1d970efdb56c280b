"""Answers to every part, as browsers send them."""

from enquiries.eoi.sections import Expression
from enquiries.eoi.services import save_part
from enquiries.models import Enquiry, EoiSection

TYPED: dict[str, dict] = {
    "household": {
        "others": "yes", "name_1": "Ben", "age_1": "14", "relation_1": "son", "stays_1": "lives",
        "name_2": "Joy", "age_2": "71", "relation_2": "my mother", "stays_2": "often",
    },
    "home": {
        "address": "12 Quarry Bank\nGateshead", "tenure": "rent", "landlord": "private", "permission": "asked",
        "bedrooms": "3", "spare_room": "yes", "smoking": "no",
    },
    "children": {"elsewhere": "yes", "name_1": "Ada", "age_1": "23", "contact_1": "on Sundays", "view": "Ben is glad."},
    "pets": {"pets": "yes", "which": "Biscuit, an old dog"},
    "work": {"working": "yes", "job": "nurse", "hours": "30", "flexible": "partly", "time_off": "yes"},
    "health": {"bears": "yes", "words": "My knee: no long walks."},
    "experience": {"kinds": ["own", "school"], "before": "no"},
    "fostering": {"interests": ["short_term", "siblings"], "ages": ["5_10"], "how_many": "2"},
    "checks": {"agree": "yes"},
    "last": {"times": ["evening"], "words": "We are keen."},
}  # fmt: skip


def typed_for(key: str, version: int = 0, **changes) -> dict:
    """What is sent for the part, with changes."""
    return {"version": version, **TYPED[key.partition("-")[0]], **changes}


def fill_in_part(enquiry: Enquiry, key: str, *, by=None, recorder: str = "enquirer", **changes) -> EoiSection:
    """One part by form and service."""
    part = Expression(enquiry).part(key)
    form = part.form(typed_for(key, part.version, **changes))
    form.is_valid()
    return save_part(enquiry=enquiry, key=key, by=by, recorder=recorder, **form.details())


def fill_in_all(enquiry: Enquiry, *, by=None, recorder: str = "enquirer") -> Expression:
    """All parts; by the people themselves, unless `by` says who."""
    for part in Expression(enquiry).parts:
        fill_in_part(enquiry, part.key, by=by, recorder=recorder)
    return Expression(enquiry)
