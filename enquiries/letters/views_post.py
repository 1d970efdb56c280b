"""Letters that staff print and post, where GOV.UK Notify does not."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from enquiries.letters.post import letters_about, letters_waiting, mark_posted
from enquiries.models import Enquiry
from hub.audit import log_access
from hub.messages.letter import letter_pdf
from hub.messages.ways.chosen import by_hand
from hub.people.access import right_required


def _letters(user):
    """The letters to households whose record this person may read."""
    return letters_about(Enquiry.objects.visible_to(user).values("reference"))


@right_required("record_casework")
@require_GET
def letters_to_print(request):
    letters = letters_waiting(_letters(request.user))
    if letters:
        log_access(by=request.user, action="letters_to_print")
    return render(request, "letters/letters_to_print.html", {"letters": letters, "by_hand": by_hand()})


@right_required("record_casework")
@require_GET
def letter_as_pdf(request, letter):
    message = get_object_or_404(_letters(request.user), pk=letter)
    log_access(by=request.user, action="letter_read", reference=message.reference)
    answer = HttpResponse(letter_pdf(message), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="letter-{message.reference}-{message.pk}.pdf"'
    return answer


@right_required("record_casework")
@require_POST
def letter_posted(request, letter):
    message = get_object_or_404(_letters(request.user), pk=letter)
    mark_posted(message=message, by=request.user)
    messages.success(request, f"The letter to {message.reference} is noted as posted.")
    return redirect("letters_to_print")
