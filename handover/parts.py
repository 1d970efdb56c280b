"""The parts of the data set that an agreement may name, in the order of the record: the one list."""

PARTS: dict[str, str] = {
    "enquiry": "Where they live, when and how they asked, and what they are interested in",
    "applicants": "Names, email addresses and telephone numbers",
    "expression_of_interest": "The expression of interest",
    "safe_contact": "How they may be reached safely",
    "consent": "What they agreed to",
    "facts": "Dates of what has happened so far",
}
# Without these nobody can be reached, or reached safely: an agreement that lacks one cannot be used.
ALWAYS = frozenset({"enquiry", "applicants", "safe_contact", "consent"})


def all_parts() -> list[str]:
    return list(PARTS)
