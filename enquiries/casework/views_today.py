"""Today, the lists that each person keeps of it, and finding an enquiry."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enquiries.casework.forms_today import OwnListForm
from enquiries.casework.own_lists import keep_own_list, remove_own_list
from enquiries.casework.search import MOST_SHOWN, as_sought, found, shown_again
from enquiries.casework.work_list import plain_columns, rows_of, work_list
from enquiries.models import Enquiry, OwnList
from enquiries.telephone.line_tests import to_see_to
from hub.audit import log_access
from hub.people.access import right_required


@right_required("use_hub")
@require_GET
def today(request):
    work = work_list(request, Enquiry.objects.visible_to(request.user), now=timezone.now())
    if work.rows:
        log_access(by=request.user, action="work_list")
    return render(request, "casework/today.html", {"work": work, "lines_to_see": to_see_to()})


@right_required("use_hub")
@require_POST
def own_list_keep(request):
    form = OwnListForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect(form.here)
    kept = keep_own_list(by=request.user, **form.cleaned_data)
    messages.success(request, f"“{kept}” is one of your lists now.")
    return redirect(form.here)


@right_required("use_hub")
@require_POST
def own_list_remove(request, own_list):
    found = get_object_or_404(OwnList, pk=own_list, person=request.user)
    remove_own_list(by=request.user, own_list=found)
    messages.success(request, f"“{found}” is no longer one of your lists. Nobody in it was changed.")
    return redirect("today")


@right_required("use_hub")
@require_http_methods(["GET", "POST"])
def find(request):
    # Posted and kept in the session: a name in an address would stay in histories and in the logs on the way.
    if request.method == "POST":
        request.session["sought"] = as_sought(request.POST.get("q", ""))
    text, visible = request.session.get("sought", ""), Enquiry.objects.visible_to(request.user)
    # The page that follows upon a search shows what it found; looked at later it searches anew.
    pks = request.session.pop("found", None) if request.method == "GET" else None
    enquiries = found(visible, text) if text and pks is None else shown_again(visible, pks or [])
    if request.method == "POST":
        request.session["found"] = [one.pk for one in enquiries]
        return redirect("enquiry", enquiries[0].reference) if len(enquiries) == 1 else redirect("find")
    more = len(enquiries) > MOST_SHOWN
    rows = rows_of(enquiries[:MOST_SHOWN], request.user)
    if rows:
        log_access(by=request.user, action="search")
    context = {"sought": text, "rows": rows, "columns": plain_columns(), "more": more}
    return render(request, "casework/find.html", context)
