"""What the pages about one handover share: the record for those who may see it, and where they lead afterwards."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from handover.models import Handover
from hub.audit import log_access

FROM_THE_LISTS = "lists"


def handover_of(request, reference: str) -> Handover:
    """The handover, if this person may see it; else 404."""
    seen = Handover.objects.visible_to(request.user).select_related(
        "authority", "sent_fact", "sent_by", "enquiry__owner", "enquiry__merged_into", "enquiry__held_by"
    )
    return get_object_or_404(seen.prefetch_related("enquiry__applicants"), reference=reference)


def log_looked(request, handover: Handover) -> None:
    log_access(by=request.user, action="prepare_handover", reference=handover.enquiry.reference)


def posted(request):
    # An empty form that was sent is bound all the same: it must come back with its errors.
    return request.POST if request.method == "POST" else None


def page_after(request, handover: Handover) -> str:
    """Back to where they came from: the lists of “With the councils”, else the handover of the enquiry."""
    if request.GET.get("from") == FROM_THE_LISTS:
        return reverse("with_councils")
    return reverse("handover_prepare", args=[handover.enquiry.reference])
