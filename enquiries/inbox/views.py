"""The inbox of hub staff: what a machine may have sent, what could not be filed, and calls of nobody known."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from enquiries.inbox.filing import open_enquiry_of_sender
from enquiries.inbox.services import dismiss_message, reject_submission, release_submission, take_in_message
from enquiries.inbox.shown import raw_in_words, what_they_sent
from enquiries.inbox.waiting import decided_for, waiting_for
from enquiries.models import HeldSubmission, InboundMessage
from hub.audit import log_access
from hub.people.access import right_required


@right_required("judge_inbox")
@require_GET
def inbox(request):
    lists = waiting_for(request.user).lists()
    if any(one["count"] for one in lists.values()):
        log_access(by=request.user, action="inbox")
    return render(request, "inbox/inbox.html", lists)


@right_required("judge_inbox")
@require_GET
def inbox_decided(request):
    submissions, decided = decided_for(request.user)
    if submissions or decided:
        log_access(by=request.user, action="inbox")
    return render(request, "inbox/inbox_decided.html", {"submissions": submissions, "decided": decided})


def _submission(request, held: int) -> HeldSubmission:
    seen = HeldSubmission.objects.visible_to(request.user).select_related("enquiry", "decided_by")
    return get_object_or_404(seen, pk=held)


def _message(request, inbound: int) -> InboundMessage:
    seen = InboundMessage.objects.visible_to(request.user).select_related("enquiry", "decided_by")
    return get_object_or_404(seen, pk=inbound)


@right_required("judge_inbox")
@require_GET
def inbox_submission(request, held):
    record = _submission(request, held)
    log_access(by=request.user, action="inbox_item", reference=record.reference)
    return render(request, "inbox/inbox_submission.html", {"held": record, **what_they_sent(record)})


@right_required("judge_inbox")
@require_POST
def inbox_release(request, held):
    enquiry = release_submission(held=_submission(request, held), by=request.user)
    messages.success(request, "It is an enquiry, as of when it came.")
    return redirect("enquiry", enquiry.reference)


@right_required("judge_inbox")
@require_POST
def inbox_reject(request, held):
    reject_submission(held=_submission(request, held), by=request.user)
    messages.success(request, "Noted: no person sent it. It is among what was decided, should that be wrong.")
    return redirect("inbox")


@right_required("judge_inbox")
@require_GET
def inbox_message(request, inbound):
    record = _message(request, inbound)
    theirs = open_enquiry_of_sender(record) if record.is_undecided and record.sender else None
    log_access(by=request.user, action="inbox_item", reference=theirs.reference if theirs else "")
    context = {"inbound": record, "theirs": theirs, "raw": raw_in_words(record)}
    return render(request, "inbox/inbox_message.html", context)


@right_required("judge_inbox")
@require_POST
def inbox_take_in(request, inbound):
    enquiry = take_in_message(message=_message(request, inbound), by=request.user)
    messages.success(request, f"It is with {enquiry.reference}.")
    return redirect("enquiry", enquiry.reference)


@right_required("judge_inbox")
@require_POST
def inbox_dismiss(request, inbound):
    dismiss_message(message=_message(request, inbound), by=request.user)
    messages.success(request, "Noted: not for us. It is among what was decided, should that be wrong.")
    return redirect("inbox")
