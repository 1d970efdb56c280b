"""A letter as PDF: A4, with the address where the window of an envelope shows it.

The measures are those that GOV.UK Notify asks of finished letters; a folded sheet fits a DL window envelope too.
"""

from django.template.loader import render_to_string

from hub.current import current
from hub.documents import pdf_of
from hub.messages.models import Message


def letter_pdf(message: Message) -> bytes:
    """The letter as it is printed."""
    paragraphs = [part for part in message.body.split("\n\n") if part.strip()]
    about = {"message": message, "address": message.to.splitlines(), "paragraphs": paragraphs, "hub": current().hub}
    return pdf_of(render_to_string("pdf/letter.html", about))
