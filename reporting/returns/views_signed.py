"""What follows the signature: sending, restating, and what a link opens."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.people.access import right_required
from reporting.layout import ReturnTable, in_words
from reporting.returns.differences import moved_between
from reporting.returns.forms import RecipientForm, RestateForm, SendForm
from reporting.returns.models import Recipient, Return, ReturnLink
from reporting.returns.restating import councils_of, moved_since, movers_of, restate_return
from reporting.returns.sending import (
    add_recipient,
    export_by_link,
    link_of,
    open_link,
    remove_recipient,
    revoke_link,
    send_return,
    sendings_of,
)
from reporting.returns.views import as_download, find_return


@require_http_methods(["GET", "POST"])
@right_required("sign_return")
def return_restate(request, period):
    ret, now = find_return(period), timezone.now()
    form = RestateForm(request.POST or None)
    if form.is_valid():
        restate_return(period=period, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"Version {ret.version + 1} is a draft. It is reviewed and signed like the first.")
        return redirect("return_page", period)
    if not ret.is_signed:
        return redirect("return_page", period)
    moved = moved_since(ret, now)
    movers = movers_of(period=period, moved=moved, since=ret.as_at, until=now, user=request.user)
    context = {"ret": ret, "form": form, "moved": in_words(moved, councils_of(period)), "movers": movers}
    return render(request, "reports/returns/return_restate.html", context)


@require_safe
@right_required("see_small_numbers")
def return_changes(request, period):
    """What moved against the version before, or in a first draft against the draft before, and what moved it."""
    ret = find_return(period, request.GET.get("version", ""))
    if ret.restates and request.GET.get("since") != "draft":
        before = get_object_or_404(Return.objects.of(period), version=ret.version - 1)
        since, moved = before.as_at, ret.restates["moved"]
    elif ret.lines_before is not None and ret.as_at_before:
        since, moved = ret.as_at_before, moved_between(ret.lines_before, ret.lines)
    else:
        raise Http404
    movers = movers_of(period=period, moved=moved, since=since, until=ret.as_at, user=request.user)
    context = {"ret": ret, "since": since, "moved": in_words(moved, councils_of(period)), "movers": movers}
    return render(request, "reports/returns/return_changes.html", context)


@require_http_methods(["GET", "POST"])
@right_required("sign_return")
def return_send(request, period):
    ret = find_return(period, request.GET.get("version", ""))
    form = SendForm(request.POST or None)
    if form.is_valid():
        sent = send_return(ret=ret, to=list(form.cleaned_data["recipients"]), by=request.user)
        messages.success(request, f"{sent} email{'' if sent == 1 else 's'} with a link will go out now.")
        return redirect("return_page", period)
    context = {"ret": ret, "form": form, "sendings": sendings_of(ret), "anybody": Recipient.objects.current().exists()}
    return render(request, "reports/returns/return_send.html", context)


@require_POST
@right_required("sign_return")
def return_link_withdraw(request, period, link):
    found = get_object_or_404(ReturnLink, pk=link, ret__in=Return.objects.of(period))
    revoke_link(link=found, by=request.user)
    messages.success(request, f"The link for {found.recipient.name} opens nothing any more.")
    return redirect("return_page", period)


@require_http_methods(["GET", "POST"])
@right_required("sign_return")
def return_recipients(request):
    form = RecipientForm(request.POST or None)
    if form.is_valid():
        added = add_recipient(by=request.user, **form.cleaned_data)
        messages.success(request, f"{added.name} is on the list.")
        return redirect("return_recipients")
    page = {"form": form, "recipients": Recipient.objects.current().select_related("added_by")}
    return render(request, "reports/returns/return_recipients.html", page)


@require_POST
@right_required("sign_return")
def return_recipient_remove(request, recipient):
    found = get_object_or_404(Recipient.objects.current(), pk=recipient)
    remove_recipient(recipient=found, by=request.user)
    messages.success(request, f"{found.name} is off the list, and their links open nothing any more.")
    return redirect("return_recipients")


@require_safe
def return_shared(request, token):
    """The files of one signed return, for whoever was sent the link."""
    link = link_of(token)
    if link is None:
        return _closed(render(request, "reports/returns/return_shared_over.html", status=410))
    open_link(link)
    newer = Return.objects.of(link.ret.period).filter(version__gt=link.ret.version, status="signed").exists()
    context = {"ret": link.ret, "link": link, "token": token, "table": ReturnTable(link.ret.document), "newer": newer}
    return _closed(render(request, "reports/returns/return_shared.html", context))


@require_safe
def return_shared_file(request, token, form):
    link = link_of(token)
    if link is None:
        return _closed(render(request, "reports/returns/return_shared_over.html", status=410))
    return _closed(as_download(export_by_link(link, form)))


def _closed(response):
    # The address holds the token, which nobody else's log should get.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "no-store"
    return response
