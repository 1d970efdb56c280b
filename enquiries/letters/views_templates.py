"""The templates: their list, each with a preview and its versions, and a new version."""

import difflib

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from enquiries.letters.forms import TemplateForm
from enquiries.letters.placeholders import PLACEHOLDERS, with_examples
from enquiries.letters.services import all_templates, draft_of, publish_template
from enquiries.letters.views import template_or_404
from enquiries.models import Enquiry, MessageTemplate
from hub.audit import log_access
from hub.errors import Refused
from hub.messages.texts import size_of
from hub.messages.ways.chosen import why_not
from hub.models import Message
from hub.people.access import right_required


@right_required("see_settings")
@require_GET
def message_templates(request):
    templates = all_templates()
    groups = [
        {"channel": channel, "why_not": why_not(channel), "templates": [t for t in templates if t.channel == channel]}
        for channel in Message.Channel
    ]
    return render(request, "letters/message_templates.html", {"groups": groups})


@right_required("see_settings")
@require_GET
def message_template(request, code, version=None):
    template = template_or_404(code, version)
    versions = list(MessageTemplate.objects.filter(code=code).order_by("-version").select_related("made_by"))
    before = next((one for one in versions if one.version == template.version - 1), None)
    body = with_examples(template.body)
    about = {
        "template": template, "versions": versions or [template],
        "latest": versions[0].version if versions else template.version,
        "subject": with_examples(template.subject), "body": body, "size": size_of(body),
        "changes": _changes(before, template) if before else [],
        "sought": request.GET.get("reference", ""), **_for_real(request, template),
    }  # fmt: skip
    return render(request, "letters/message_template.html", about)


def _for_real(request, template: MessageTemplate) -> dict:
    """The message as one household would read it now, where a reference was asked for; looking at it is noted."""
    reference = request.GET.get("reference", "").strip().upper()
    if not reference:
        return {}
    found = Enquiry.objects.visible_to(request.user).filter(reference=reference).first()
    if found is None:
        return {"not_found": True}
    log_access(by=request.user, action="message_preview", reference=reference)
    draft = draft_of(enquiry=found, template=template)
    return {"enquiry": found, "draft": draft, "real_size": size_of(draft.body)}


def _changes(before: MessageTemplate, template: MessageTemplate) -> list[dict]:
    """The lines that went and came, in order."""
    lines = difflib.ndiff([before.subject, *before.body.splitlines()], [template.subject, *template.body.splitlines()])
    return [{"came": line[0] == "+", "text": line[2:]} for line in lines if line[:2] in ("+ ", "- ") and line[2:]]


@right_required("change_settings")
@require_http_methods(["GET", "POST"])
def message_template_edit(request, code):
    template = template_or_404(code)
    form = TemplateForm(request.POST if request.method == "POST" else None, template=template)
    if form.is_valid() and "check" not in request.POST and _published(form, code, request.user):
        messages.success(request, "Published. Messages written from now on use it.")
        return redirect("message_template", code)
    return render(
        request, "letters/message_template_edit.html", {"template": template, **_edited(form, template.channel)}
    )


@right_required("change_settings")
@require_http_methods(["GET", "POST"])
def message_template_new(request):
    form = TemplateForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and "check" not in request.POST and _published(form, form.code, request.user):
        messages.success(request, "Published. Staff can choose it now.")
        return redirect("message_template", form.code)
    return render(request, "letters/message_template_edit.html", _edited(form, form["channel"].value() or ""))


def _published(form: TemplateForm, code: str, user) -> bool:
    try:
        publish_template(by=user, code=code, after=form.cleaned_data["after"], **form.words())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _edited(form: TemplateForm, channel: str) -> dict:
    """The form, what its words look like for an invented household, and the placeholders that there are."""
    body = with_examples(form["body"].value() or "")
    subject = with_examples(form["subject"].value() or "") if "subject" in form.fields else ""
    about = {"channel": channel, "subject": subject, "body": body, "size": size_of(body)}
    return {"form": form, "placeholders": PLACEHOLDERS, **about}
