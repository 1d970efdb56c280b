"""The portal: an authority's referrals. Every fetch starts from what this person's authority was sent."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handover.files import csv_response, json_response, pdf_response
from handover.forms import CorrectForm, DeclineForm, EndForm, MilestonesForm, ReturnForm, WithUsForm, WorkerForm
from handover.looking_after import name_worker
from handover.milestones import (
    MilestoneRefused,
    correct_milestone,
    is_theirs,
    next_milestone,
    now_says,
    record_milestones,
    recorded,
    still_to_come,
)
from handover.models import Handover
from handover.package import SCHEMA_VERSION, canonical_json, data_set, package_schema
from handover.portal import (
    Asked,
    Cursor,
    ended_referrals,
    exactly,
    milestone_steps,
    new_referrals,
    referrals_with_us,
)
from handover.preview import preview_of
from handover.services import answer_handover, open_handover
from hub.audit import log_access
from hub.errors import Refused
from hub.models import User
from hub.people.access import right_required
from hub.working_time import working_time


def _sent_to_us(request, reference: str) -> Handover:
    """By itself: of one that was given back the enquiry is not theirs to read, and the database does not show it."""
    return get_object_or_404(Handover.objects.visible_to(request.user).select_related("authority"), reference=reference)


def _with_enquiry(request, handover: Handover) -> Handover:
    found = Handover.objects.visible_to(request.user).with_enquiry().filter(pk=handover.pk).first()
    if found is None:  # the hub took it back since we read its state
        raise Refused(f"{handover.reference} is no longer with you.")
    return found


def _to_answer(request, reference: str) -> Handover:
    handover = _sent_to_us(request, reference)
    if handover.is_given_back:
        raise Refused(f"{reference} is no longer with you: {handover.ending}.")
    return _with_enquiry(request, handover)


def _accepted(request, reference: str) -> Handover:
    """One whose record is open to the authority: before accepting, and after giving back, there is nothing to see."""
    handover = _sent_to_us(request, reference)
    if handover.is_given_back:
        raise PermissionDenied
    handover = _with_enquiry(request, handover)
    if not handover.shows_full_record:
        raise PermissionDenied
    return handover


def _recording(request, reference: str) -> Handover:
    """One on which the authority records something; the page names people, so that looking at it is noted."""
    handover = _accepted(request, reference)
    if request.method == "GET":
        log_access(by=request.user, action="read_referral", reference=handover.reference)
    return handover


def _posted(request):
    # An empty form that was sent is bound all the same: it must come back with its errors.
    return request.POST if request.method == "POST" else None


@require_GET
def handover_schema(request, version=SCHEMA_VERSION):
    return HttpResponse(canonical_json(package_schema(version)), content_type="application/schema+json")


@right_required("use_portal")
@require_GET
def referrals(request):
    ours = Handover.objects.visible_to(request.user)
    form = WithUsForm(request.GET, team=_team(request))
    asked = Asked(**form.cleaned_data) if form.is_valid() else Asked()
    if (found := exactly(ours, asked.find)) is not None:
        return redirect("referral", found.reference)
    after = Cursor.read(request.GET.get("after", ""))
    page = {"form": form, "asked": asked, "chosen": _chosen(form, asked), "after": after}
    page |= referrals_with_us(ours, user=request.user, asked=asked, after=after)
    if not asked and after is None:  # whoever looks for somebody, or reads on, has seen the other two
        page |= new_referrals(ours) | ended_referrals(ours)
    if page["with_us"] or page.get("ended"):  # those that are new have no names yet
        log_access(by=request.user, action="referrals_list")
    return render(request, "portal/referrals.html", page)


def _team(request):
    return User.objects.active().filter(authority=request.user.authority_id).order_by("name", "pk")


def _chosen(form: WithUsForm, asked: Asked) -> list[dict]:
    """What the list is narrowed by, each with the address without it."""
    said = {name: value for name, value in vars(asked).items() if value}
    return [
        {
            "label": form.fields[name].label,
            "tags": [{"text": dict(getattr(form.fields[name], "choices", ())).get(value, value),
                      "href": "?" + urlencode({other: said[other] for other in said if other != name})}],
        }
        for name, value in said.items()
    ]  # fmt: skip


@right_required("use_portal")
@require_GET
def referral(request, reference):
    handover = _sent_to_us(request, reference)
    if handover.is_given_back:
        return render(request, "portal/referral_over.html", {"handover": handover})
    handover = _with_enquiry(request, handover)
    if not handover.shows_full_record:
        open_handover(handover=handover, by=request.user)
        log_access(by=request.user, action="preview_referral", reference=handover.reference)
        handover = _with_enquiry(request, handover)
        page = {"handover": handover, "preview": preview_of(handover, working_time())}
        return render(request, "portal/referral_preview.html", page)
    log_access(by=request.user, action="read_referral", reference=handover.reference)
    done = recorded(handover.enquiry)
    page = {
        "handover": handover,
        "enquiry": handover.enquiry,
        "record": data_set(handover.enquiry, handover.authority),
        "steps": milestone_steps(handover.enquiry, done, request.user),
        "ended": done.get("closed"),
        "may_end": handover.enquiry.may("closed", request.user),
        "may_name": handover.enquiry.may("worker_named", request.user),
    }
    return render(request, "portal/referral.html", page)


@right_required("answer_handover")
@require_POST
def referral_accept(request, reference):
    handover = _to_answer(request, reference)
    answer_handover(handover=handover, by=request.user, answer="accepted")
    messages.success(
        request, "You have accepted this referral. Be in touch with them soon, in a way that is safe for them."
    )
    return redirect("referral", reference)


@right_required("answer_handover")
@require_http_methods(["GET", "POST"])
def referral_decline(request, reference):
    return _refuse(request, _to_answer(request, reference), DeclineForm(_posted(request)), "declined")


@right_required("answer_handover")
@require_http_methods(["GET", "POST"])
def referral_return(request, reference):
    return _refuse(request, _to_answer(request, reference), ReturnForm(_posted(request)), "returned")


def _refuse(request, handover: Handover, form, answer: str):
    if request.method == "GET" and not handover.is_unanswered:  # a colleague was quicker: there is no form to fill in
        messages.info(request, f"{handover.reference} is answered already.")
        return redirect("referral", handover.reference)
    if form.is_valid():
        answer_handover(handover=handover, by=request.user, answer=answer, **form.cleaned_data)
        messages.success(request, f"{handover.reference} is {answer}. The hub has it again.")
        return redirect("referrals")
    page = {"declined": "portal/referral_decline.html", "returned": "portal/referral_return.html"}[answer]
    return render(request, page, {"handover": handover, "form": form})


@right_required("use_portal")
@require_GET
def referral_pdf(request, reference):
    return pdf_response(_accepted(request, reference), by=request.user)


@right_required("use_portal")
@require_GET
def referral_json(request, reference):
    return json_response(_accepted(request, reference), by=request.user)


@right_required("use_portal")
@require_GET
def referral_csv(request, reference):
    return csv_response(_accepted(request, reference), by=request.user)


@right_required("record_assessment")
@require_http_methods(["GET", "POST"])
def milestones(request, reference):
    handover = _recording(request, reference)
    done = recorded(handover.enquiry)
    coming = still_to_come(handover.enquiry, done)
    form = MilestonesForm(_posted(request), coming=coming, comes_next=next_milestone(handover.enquiry, done))
    if form.is_valid():
        try:
            record_milestones(handover=handover, by=request.user, milestones=form.milestones())
        except MilestoneRefused as refused:
            form.add_error(refused.kind, str(refused))
        else:
            messages.success(request, "Saved. Thank you: the hub sees it at once.")
            return redirect("referral", reference)
    return render(request, "portal/milestones.html", {"handover": handover, "form": form, "coming": coming})


@right_required("record_assessment")
@require_http_methods(["GET", "POST"])
def milestone_correct(request, reference, fact_id):
    handover = _recording(request, reference)
    facts = {fact.pk: fact for fact in recorded(handover.enquiry).values() if is_theirs(fact, request.user)}
    if (fact := facts.get(fact_id)) is None:
        raise Http404
    form = CorrectForm(_posted(request), fact=fact)
    if form.is_valid():
        why = form.cleaned_data["why"]
        try:
            correct_milestone(handover=handover, by=request.user, fact=fact, why=why, instead=form.instead())
        except MilestoneRefused as refused:
            form.add_error("occurred_on" if refused.kind == fact.kind else None, str(refused))
        else:
            messages.success(request, f"“{fact.label}” is corrected. The earlier entry stays, struck through.")
            return redirect("referral", reference)
    page = {
        "handover": handover,
        "form": form,
        "fact": fact,
        "heading": f"Correct “{fact.label}”",
        "intro": now_says(fact),
    }
    return render(request, "portal/milestone_correct.html", page)


@right_required("record_assessment")
@require_http_methods(["GET", "POST"])
def referral_end(request, reference):
    handover = _recording(request, reference)
    form = EndForm(_posted(request))
    if form.is_valid():
        try:
            record_milestones(handover=handover, by=request.user, milestones=[form.milestone()])
        except MilestoneRefused as refused:
            form.add_error("occurred_on", str(refused))
        else:
            messages.success(request, f"{handover.reference} has ended. The hub sees the reason.")
            return redirect("referral", reference)
    return render(request, "portal/referral_end.html", {"handover": handover, "form": form})


@right_required("record_assessment")
@require_http_methods(["GET", "POST"])
def referral_worker(request, reference):
    handover = _recording(request, reference)
    form = WorkerForm(_posted(request), team=_team(request), initial={"to": handover.worker_id})
    if form.is_valid():
        named = name_worker(handover=handover, by=request.user, to=form.cleaned_data["to"])
        messages.success(
            request, f"{named.worker} looks after them. The hub sees it, and they can see it on their page."
        )
        return redirect("referral", reference)
    return render(request, "portal/referral_worker.html", {"handover": handover, "form": form})
