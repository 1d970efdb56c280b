"""Putting right what they told us when they asked: it is kept as it was said last, and the timeline says what was."""

from django.db import transaction

from enquiries.models import Enquiry
from enquiries.services import lock_enquiry, record_activity

TOLD = {
    "situation": "What brings them", "age": "Age", "timing": "When", "spare_room": "Spare room",
    "interests": "Interested in", "source": "How they heard",
}  # fmt: skip


@transaction.atomic
def change_told(*, enquiry: Enquiry, by, version: int | None = None, recorder: str = "person", **fields) -> Enquiry:
    """Change what is in TOLD, with a fact that says what was there before; nothing where nothing differs."""
    locked = lock_enquiry(enquiry.pk)
    before = {name: in_words(locked, name) for name in fields}
    changed = [name for name, value in fields.items() if getattr(locked, name) != value]
    if not changed:
        return enquiry
    for name in changed:
        setattr(locked, name, fields[name])
    locked.save(update_fields=changed)
    said = [f"{TOLD[name]}: {in_words(locked, name)} (before: {before[name]})" for name in changed]
    record_activity(
        enquiry=enquiry, kind="details_changed", by=by, version=version, recorder=recorder, note=". ".join(said)
    )
    return enquiry


def in_words(enquiry: Enquiry, name: str) -> str:
    """The answer as staff read it; "not given" where there is none."""
    said = enquiry.interests_in_words if name == "interests" else getattr(enquiry, f"get_{name}_display")()
    return said or "not given"
