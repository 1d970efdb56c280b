"""Messages of one enquiry: what was sent and came, writing to them, what is planned."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enquiries.casework.page import open_record, page_of
from enquiries.journey import Stage
from enquiries.letters.choosing import in_order
from enquiries.letters.forms import ComposeForm, PostalAddressForm
from enquiries.letters.nudges import call_off_nudge
from enquiries.letters.placeholders import filled_as_far_as_known
from enquiries.letters.post import set_postal_address
from enquiries.letters.services import (
    all_templates,
    draft_of,
    may_write,
    send_template,
    template_of,
)
from enquiries.letters.shown import correspondence, planned
from enquiries.models import Enquiry, MessageTemplate, Nudge, PostalAddress
from enquiries.models.letters import Purpose
from enquiries.reach import is_safe
from hub.errors import Refused
from hub.messages.texts import size_of
from hub.models import Message
from hub.people.access import right_required


@right_required("use_hub")
@require_GET
def enquiry_messages(request, reference):
    record = open_record(request, reference)
    about = {"entries": correspondence(record), "planned": planned(record)}
    return render(request, "letters/enquiry_messages.html", {**about, **page_of(request, record, "enquiry_messages")})


@right_required("record_casework")
@require_GET
def message_choose(request, reference):
    record = open_record(request, reference)
    # Nobody is told that an enquiry is closed while it is open.
    closed = record.stage == Stage.CLOSED
    offered = [one for one in all_templates() if one.offered and (closed or one.purpose != Purpose.CLOSING)]
    verdicts = {(one.channel, one.purpose): may_write(record, one.channel, one.purpose) for one in offered}
    groups = [_group(record, channel, offered, verdicts) for channel in Message.Channel]
    safe_to_post = is_safe(record, "letter")
    return render(request, "letters/message_choose.html", {"enquiry": record, "groups": groups, "post": safe_to_post})


def _group(enquiry: Enquiry, channel, offered: list[MessageTemplate], verdicts: dict) -> dict:
    """The templates of one channel that may go, by stage; for those that may not the reasons, each once."""
    here = [one for one in offered if one.channel == channel]
    blocked: dict[str, list[str]] = {}
    for one in here:
        if why := verdicts[one.channel, one.purpose].why:
            blocked.setdefault(why, []).append(one.name)
    fitting, others = in_order([one for one in here if verdicts[one.channel, one.purpose]], enquiry)
    return {
        "channel": channel,
        "may": fitting,
        "others": others,
        "blocked": blocked,
    }


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def message_write(request, reference, code):
    record = open_record(request, reference)
    draft = draft_of(enquiry=record, template=template_or_404(code))
    if record.merged_into:
        raise Refused(f"{reference} was merged into {record.merged_into.reference}. Write to them there.")
    form = ComposeForm(request.POST if request.method == "POST" else None, enquiry=record, draft=draft)
    if form.is_valid() and "check" not in request.POST and _sent(form, record, draft.template, request.user):
        messages.success(request, _on_its_way(draft.template))
        return redirect("enquiry_messages", reference)
    body = form["body"].value() or ""
    as_read = filled_as_far_as_known(body, record)
    about = {"draft": draft, "as_read": as_read, "size": size_of(as_read), "form": form, "enquiry": record}
    return render(request, "letters/message_write.html", about)


def _on_its_way(template: MessageTemplate) -> str:
    if template.channel == Message.Channel.LETTER:
        return "It is with the letters to print. Somebody has to print and post it."
    return "It is in the outbox. This page says when it has arrived."


def _sent(form, record: Enquiry, template: MessageTemplate, user) -> bool:
    body, subject, key = form.cleaned_data["body"], form.cleaned_data.get("subject", ""), form.sent_once("once")
    send = partial(send_template, template=template, body=body, subject=subject, key=key)
    return _taken(form, record, user, send, "version")


def _taken(form, record: Enquiry, user, service, *names: str) -> bool:
    """Whether the service took it; its refusal is shown with what was typed."""
    data = {name: form.cleaned_data[name] for name in names or form.cleaned_data}
    try:
        service(enquiry=record, by=user, **data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        # The next try is made knowing the enquiry as it is now.
        form.data = {**form.data.dict(), "version": Enquiry.objects.visible_to(user).get(pk=record.pk).version}
        return False
    return True


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def postal_address(request, reference):
    record = open_record(request, reference)
    home = record.stands_for
    known = PostalAddress.objects.filter(enquiry=home).first()
    first = {"lines": known.lines if known else "", "version": home.version}
    form = PostalAddressForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid() and _taken(form, home, request.user, set_postal_address):
        kept = form.cleaned_data["lines"]
        messages.success(request, "The postal address is kept." if kept else "We hold no postal address of theirs now.")
        return redirect("message_choose", reference)
    return render(request, "letters/postal_address.html", {"enquiry": record, "form": form})


@right_required("record_casework")
@require_POST
def nudge_call_off(request, reference, nudge):
    record = open_record(request, reference)
    call_off_nudge(nudge=get_object_or_404(Nudge.objects.of(record), pk=nudge), by=request.user)
    messages.success(request, "Called off: they will not get it.")
    return redirect("enquiry_messages", reference)


def template_or_404(code: str, version: int | None = None) -> MessageTemplate:
    try:
        return template_of(code, version)
    except Refused as refusal:
        raise Http404 from refusal
