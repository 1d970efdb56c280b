"""One page, one part: what happens when it is opened or sent, whoever fills it in."""

from dataclasses import dataclass, field

from django.contrib import messages

from enquiries.eoi.base import PartForm
from enquiries.eoi.said import Said
from enquiries.eoi.sections import Expression, Part
from enquiries.eoi.services import save_part
from hub.errors import Refused

LIST, ONE_MORE = "list", "one_more"


@dataclass
class Filled:
    """What came of it: the form to show, or where to go on."""

    part: Part
    form: PartForm
    go_to: str = ""
    saved: bool = False  # so far, though something is still missing or wrong
    meanwhile: list[Said] = field(default_factory=list)  # what somebody else saved while it was filled in


def fill_in(request, part: Part, *, by, recorder: str = "person") -> Filled:
    """Whatever is sound is saved, whichever button was pressed; what is missing or wrong is shown with what was typed.

    "Save and come back later" asks for nothing that is missing.
    """
    options = {"staff": by is not None, "one_more": "more" in request.GET}
    if request.method != "POST":
        return Filled(part, part.form(**options))
    form = part.form(request.POST, **options)
    form.is_valid()
    if "version" in form.errors:
        form.refuse("We could not tell which page you sent. Look at it, and save again.", version=part.version)
        return Filled(part, form)
    try:
        part.held = save_part(enquiry=part.enquiry, key=part.key, by=by, recorder=recorder, **form.details())
    except Refused as refusal:
        return _refused(part, form, str(refusal))
    return _saved(request, part, form)


def _saved(request, part: Part, form: PartForm) -> Filled:
    assert part.held is not None
    form.go_on_from(part.held.version)
    if form.only_lacks and "more" in request.POST:
        return Filled(part, form, ONE_MORE)
    if form.is_valid():
        messages.success(request, f"“{part.full_title}” is saved.")
        return Filled(part, form, LIST)
    if form.only_lacks and "later" in request.POST:
        messages.success(request, f"“{part.full_title}” is saved as far as it goes. You can go on at any time.")
        return Filled(part, form, LIST)
    return Filled(part, form, saved=True)


def _refused(part: Part, form: PartForm, reason: str) -> Filled:
    """Not saved: what was typed stays, beside what is held by now."""
    seen = form.cleaned_data["version"]
    part.enquiry.refresh_from_db()
    now = Expression(part.enquiry).part(part.key) or part
    form.refuse(reason, version=now.version)
    return Filled(now, form, meanwhile=now.said if now.version != seen else [])
