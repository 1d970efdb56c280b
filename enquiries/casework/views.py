from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from enquiries.casework.actions import allowed_actions, next_steps, whose_turn
from enquiries.casework.queues import QUEUE, count_queues
from enquiries.casework.search import MOST_SHOWN, as_sought, found
from enquiries.casework.tabs import tabs_of
from enquiries.casework.timeline import timeline
from enquiries.casework.work_list import address, rows_of, work_list
from enquiries.casework.workload import load_by_owner
from enquiries.councils.placing import placing_of
from enquiries.duplicates.shown import merges_of, notices_of
from enquiries.models import Enquiry
from enquiries.telephone.line_tests import to_see_to
from hub.audit import log_access
from hub.errors import Refused
from hub.models import Message
from hub.people.access import right_required


def open_record(request, reference: str) -> Enquiry:
    """The enquiry, if this person may see it (else 404); looking at it is noted."""
    seen = (
        Enquiry.objects.visible_to(request.user)
        .with_next_try()
        .select_related(
            "authority", "held_by", "owner", "residence", "chosen_authority", "not_authority", "safe_contact"
        )
    )
    enquiry = get_object_or_404(seen.prefetch_related("applicants"), reference=reference)
    if request.method == "GET":
        log_access(by=request.user, action="enquiry_read", reference=enquiry.reference)
    return enquiry


@right_required("use_hub")
@require_GET
def today(request):
    work = work_list(request, Enquiry.objects.visible_to(request.user), now=timezone.now())
    if work.rows:
        log_access(by=request.user, action="work_list")
    return render(request, "casework/today.html", {"work": work, "lines_to_see": to_see_to()})


@right_required("use_hub")
@require_http_methods(["GET", "POST"])
def find(request):
    # Posted and kept in the session: a name in an address would stay in histories and in the logs on the way.
    if request.method == "POST":
        request.session["sought"] = as_sought(request.POST.get("q", ""))
    text = request.session.get("sought", "")
    enquiries = found(Enquiry.objects.visible_to(request.user), text) if text else []
    if request.method == "POST":
        return redirect("enquiry", enquiries[0].reference) if len(enquiries) == 1 else redirect("find")
    more = len(enquiries) > MOST_SHOWN
    rows = rows_of(enquiries[:MOST_SHOWN], request.user)
    if rows:
        log_access(by=request.user, action="search")
    return render(request, "casework/find.html", {"text": text, "rows": rows, "more": more})


@right_required("use_hub")
@require_GET
def enquiry(request, reference):
    record = open_record(request, reference)
    about = timeline(record, request.user, request.GET.get("show", ""))
    return render(request, "casework/enquiry.html", {**about, **_page(request, record, "enquiry")})


@right_required("use_hub")
@require_GET
def enquiry_details(request, reference):
    record = open_record(request, reference)
    about = {
        "consents": record.ledger.select_related("recorded_by"),
        "routing": record.routing.select_related("directory").first(),
        "outbox": Message.objects.about(*record.references),
    }
    return render(request, "casework/enquiry_details.html", {**about, **_page(request, record, "enquiry_details")})


def _page(request, record: Enquiry, name: str) -> dict:
    """What both tabs of an enquiry show."""
    steps = next_steps(record, request.user)
    main = {step.href for step in steps}
    allowed = allowed_actions(record, request.user)
    return {
        "enquiry": record,
        "household": {"notices": notices_of(record), "merges": merges_of(record)},
        "tabs": tabs_of(record, name),
        "steps": steps,
        "whose_turn": whose_turn(record),
        "placing": placing_of(record, request.user),
        "others": [(action.title, action.url(record)) for action in allowed if action.url(record) not in main],
        "allowed": {action.name: action.url(record) for action in allowed},
    }


@right_required("use_hub")
@require_http_methods(["GET", "POST"])
def record(request, reference, action, fact=None):
    """The page behind every action of the table: a form, one service call, back to the enquiry."""
    enquiry = open_record(request, reference)
    if not action.possible_for(request.user):
        raise PermissionDenied
    about = {"activity": get_object_or_404(enquiry.facts, pk=fact)} if fact else {}
    posted = request.POST if request.method == "POST" else None
    form = action.form(posted, enquiry=enquiry, user=request.user, **about)
    if posted is None:
        _refuse_unless_possible(action, enquiry, request.user, **about)
    if form.is_valid() and _saved(action, form, enquiry, request.user):
        messages.success(request, action.done)
        return redirect("enquiry", enquiry.reference)
    return render(request, action.template, {"enquiry": enquiry, "page": action, "form": form, **about})


def _refuse_unless_possible(action, enquiry: Enquiry, user, activity=None) -> None:
    """Nobody fills in a form that would be refused; what is posted the service itself judges."""
    if activity and not activity.may_be_voided_by(user):
        raise Refused(f"“{activity.label}” cannot be voided by you.")
    if not action.allowed(enquiry, user):
        raise Refused(f"“{action.title}” is not possible in the stage “{enquiry.get_stage_display()}”.")


def _saved(action, form, enquiry: Enquiry, user) -> bool:
    """Whether the service took it; its refusal is shown with what was typed."""
    try:
        action.service(enquiry=enquiry, by=user, **form.details())
    except Refused as refusal:
        enquiry.refresh_from_db()
        form.refuse(str(refusal), version=enquiry.version)
        return False
    return True


@right_required("see_workload")
@require_GET
def manager_view(request):
    now, enquiries = timezone.now(), Enquiry.objects.visible_to(request.user)
    counts = count_queues(enquiries, user=request.user, now=now)
    figures = [
        {
            "queue": QUEUE[code],
            "number": counts[code],
            "href": address(queue=code),
            "state": "late" if QUEUE[code].late and counts[code] else "",
        }
        for code in ("overdue", "unassigned", "authorise", "silent")
    ]
    loads = load_by_owner(enquiries, now=now)
    context = {"figures": figures, "loads": loads, "lines_to_see": to_see_to()}
    return render(request, "casework/manager_view.html", context)
