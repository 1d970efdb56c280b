"""The one page of a buddy, behind an emailed link."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from enquiries.buddies.forms import ContactForm
from enquiries.buddies.links import match_of, shown_to
from enquiries.buddies.services import accept_match, give_back, record_contact
from enquiries.models import Match
from hub.audit import log_access
from hub.errors import Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def buddy(request, token):
    """Asked: will you? Accepted: who it is and how to reach them, and whether they spoke. Looking changes nothing."""
    match = match_of(token)
    if match is None:
        return _closed(render(request, "buddies/buddy_over.html", status=410))
    form = ContactForm(request.POST if request.POST.get("what") == "spoke" else None)
    if request.method == "POST" and _done(request, match, form):
        return _closed(redirect("buddy", token))
    if match.state == Match.State.ASKED:
        return _closed(render(request, "buddies/buddy_asked.html", {"match": match}))
    log_access(by_link=f"buddy {match.buddy_id}", action="buddy_read", reference=match.household.reference)
    about = {"match": match, "form": form, "person": shown_to(match)}
    return _closed(render(request, "buddies/buddy.html", about))


def _done(request, match: Match, form: ContactForm) -> bool:
    """Whether what was pressed is done; why not is said with what was typed."""
    what = request.POST.get("what")
    try:
        if what == "accept":
            accept_match(match=match)
            messages.success(request, "Thank you. This is how you reach them.")
        elif what == "cannot":
            give_back(match=match)
            messages.success(request, "Thank you for telling us. We find somebody else.")
        elif form.is_valid():
            record_contact(match=match, **form.cleaned_data)
            messages.success(request, "Thank you. We have noted that you spoke.")
        else:
            return False
    except Refused as refusal:
        if not form.is_bound:
            raise
        form.add_error(None, str(refusal))
        return False
    return True


def _closed(response):
    # The address holds the token, which nobody else's log should get.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
