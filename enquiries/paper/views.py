import uuid

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from enquiries.intake.services import receive_enquiry
from enquiries.paper.forms import PaperForm
from hub.people.access import right_required
from hub.working_time import today


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def enquiry_new(request):
    """An enquiry that came on paper or in person, by the same way in as any other."""
    form = PaperForm(request.POST if request.method == "POST" else None, initial={"key": uuid.uuid4().hex})
    if not form.is_valid():
        return render(request, "paper/enquiry_new.html", {"form": form})
    key = f"paper:{form.sent_once('key')}"
    # A promise that counts from last week is not written to anybody: whoever types it rings.
    came_today = form.cleaned_data["received_on"] == today()
    enquiry = receive_enquiry(intake=form.intake(), by=request.user, idempotency_key=key, acknowledge=came_today)
    joined = enquiry.idempotency_key != key
    said = "They had asked before: it is added to their open enquiry." if joined else f"Added as {enquiry.reference}."
    messages.success(request, said)
    return redirect("enquiry", enquiry.reference)
