"""Coming back by the link of a check-in; and for staff, who comes back when."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from enquiries.callbacks.services import book_callback
from enquiries.intake import wording
from enquiries.models import ComeBackLink, Enquiry
from enquiries.not_yet.forms import AnswerForm
from enquiries.not_yet.links import link_of, may_still_choose
from enquiries.not_yet.pipeline import pipeline
from enquiries.not_yet.services import ask_me_later, come_back, no_longer
from enquiries.not_yet.shown import in_short
from enquiries.own_page.forms import CallbackForm
from hub.audit import log_access
from hub.design.forms import Look
from hub.errors import Refused
from hub.people.access import right_required

_SERVICES = {
    ComeBackLink.Choice.BACK: lambda link, **said: come_back(link=link),
    ComeBackLink.Choice.LATER: lambda link, **said: ask_me_later(link=link),
    ComeBackLink.Choice.STOP: no_longer,
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome_back(request, token):
    """Looking changes nothing: what opens links before people do must not answer for them."""
    link = link_of(token)
    if link is None:
        return _closed(render(request, "not_yet/link_over.html", status=410))
    home = link.enquiry.stands_for
    if link.used_at:
        return _afterwards(request, link, home)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("reason", "words")}
        try:
            _SERVICES[form.cleaned_data["choice"]](link=link, **said)
            return redirect(request.path)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    later = {"later": wording.LATER_BUTTON, "later_words": wording.LATER_EXPLANATION}
    return _closed(render(request, "not_yet/welcome_back.html", {"form": form, "held": in_short(home), **later}))


def _afterwards(request, link: ComeBackLink, home: Enquiry) -> HttpResponse:
    """What comes of their answer; whoever came back may choose, for an hour, when we ring."""
    form = None
    if may_still_choose(link) and not home.callback_at:
        form = CallbackForm(request.POST if request.method == "POST" else None, enquiry=home)
        form.looks = {"at": Look(legend="m", small=True)}  # the page has its heading
        if form.is_valid():
            try:
                book_callback(enquiry=home, **form.details())
                return redirect(request.path)
            except Refused as refusal:
                form.refuse(str(refusal))
    about = {"link": link, "enquiry": home, "form": form}
    return _closed(render(request, "not_yet/answered.html", about))


def _closed(response: HttpResponse) -> HttpResponse:
    # The address holds the token, which nobody else's log should get.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@right_required("use_hub")
@require_GET
def not_yet(request):
    shown = pipeline(Enquiry.objects.visible_to(request.user), request.GET)
    if shown.rows:
        log_access(by=request.user, action="work_list")
    return render(request, "not_yet/not_yet.html", {"pipeline": shown})
