"""The page behind the link “Has the council been in touch?”; and for staff, writing down what they say."""

import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from handover.asking.forms import CheckForm, HeardForm
from handover.asking.models import CouncilCheck
from handover.asking.services import answer_check, ask_by, check_of, may_change, record_heard
from handover.following.page import handover_of, log_looked, page_after, posted
from hub.errors import Refused
from hub.people.access import right_required


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def council_heard(request, token):
    """Looking answers nothing: what was tapped in the message is chosen, and sent with the button."""
    check = check_of(token)
    if check is None:
        return _closed(render(request, "asking/link_over.html", status=410))
    tapped = request.GET.get("said", "")
    if (
        request.method != "POST"
        and check.answered_at
        and not (may_change(check) and (tapped or "change" in request.GET))
    ):
        return _closed(_thanks(request, check))
    form = _form_for(check, posted(request), tapped)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("answer", "comment")}
        try:
            answer_check(check=check, seen=_moment(form.cleaned_data["seen"]), **said)
            return redirect(request.path)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _closed(render(request, "asking/council_heard.html", {"form": form, "handover": check.handover}))


def _form_for(check: CouncilCheck, data, tapped: str) -> CheckForm:
    seen = check.answered_at.isoformat() if check.answered_at else ""
    first = {"seen": seen, "answer": tapped or check.answer, "comment": check.comment}
    return CheckForm(data, council=check.handover.authority, initial=first)


def _thanks(request, check: CouncilCheck) -> HttpResponse:
    about = {"check": check, "handover": check.handover, "may_change": may_change(check), "ask_by": ask_by()}
    return render(request, "asking/thanks.html", about)


def _moment(text: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return None


def _closed(response: HttpResponse) -> HttpResponse:
    # The address holds the token, which nobody else's log should get.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def handover_heard(request, reference):
    handover = handover_of(request, reference)
    form = HeardForm(posted(request))
    if form.is_valid():
        try:
            record_heard(handover=handover, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Written down. It is on the timeline.")
            return redirect(page_after(request, handover))
    log_looked(request, handover)
    return render(request, "asking/handover_heard.html", {"handover": handover, "form": form})
