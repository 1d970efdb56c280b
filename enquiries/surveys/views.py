"""The page behind the link of a survey; and for staff, what came of them."""

import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from enquiries.models import Enquiry, Survey
from enquiries.models.letters import Purpose
from enquiries.reach import may_reach
from enquiries.surveys.forms import ExitForm, SurveyForm, first_values
from enquiries.surveys.results import answers_of, results
from enquiries.surveys.services import answer_survey, ask_to_be_rung, may_change, survey_of
from hub.audit import log_access
from hub.errors import Refused
from hub.people.access import right_required


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request, token):
    """Looking answers nothing: the score that was tapped in the email is chosen, and sent with the button."""
    found = survey_of(token)
    if found is None:
        return _closed(render(request, "surveys/survey_over.html", status=410))
    posted = request.POST if request.method == "POST" else None
    tapped = request.GET.get("score", "")
    has_said = found.answered_at or found.call_asked_at
    if not may_change(found) or (posted is None and has_said and "change" not in request.GET and not tapped):
        return _closed(_thanks(request, found))
    form = _form_for(found, posted, tapped)
    try:
        if posted is not None and "ring" in posted and found.is_exit_interview:
            ask_to_be_rung(survey=found)
            return redirect(request.path)
        if form.is_valid():
            answer_survey(survey=found, seen=_moment(form.cleaned_data["seen"]), **form.answers())
            return redirect(request.path)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return _closed(_page(request, found, form))


def _form_for(found: Survey, posted, tapped: str) -> SurveyForm:
    asked = ExitForm if found.is_exit_interview else SurveyForm
    return asked(posted, initial={**first_values(found), **({"score": tapped} if tapped else {})})


def _page(request, found: Survey, form: SurveyForm) -> HttpResponse:
    ring = found.is_exit_interview and not found.answered_at and not found.call_asked_at
    may_ring = ring and bool(may_reach(found.enquiry, "phone", Purpose.ASKED))
    about = {"form": form, "survey": found, "heading": f"How was {found.about}?", "may_ring": may_ring}
    return render(request, "surveys/survey.html", about)


def _thanks(request, found: Survey) -> HttpResponse:
    return render(request, "surveys/survey_thanks.html", {"survey": found, "may_change": may_change(found)})


def _moment(text: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return None


def _closed(response: HttpResponse) -> HttpResponse:
    # The address holds the token, which nobody else's log should get.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@right_required("use_hub")
@require_GET
def survey_results(request):
    visible = Enquiry.objects.visible_to(request.user)
    shown = results(visible)
    answers = answers_of(visible, request.GET)
    if answers.rows:
        log_access(by=request.user, action="work_list")
    return render(request, "surveys/survey_results.html", {"results": shown, "answers": answers})
