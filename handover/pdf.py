"""The package as an accessible PDF (PDF/UA-1), made once by the worker."""

import secrets

import structlog
from django.core.files.base import ContentFile
from django.db import InterfaceError, OperationalError
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone

from handover.models import Handover
from hub.documents import pdf_of
from hub.models import Hub
from hub.sweep import alone, while_time_lasts

log = structlog.get_logger(__name__)


def make_pdf(handover_id: int) -> bool:
    """Make and store the PDF of a package; True when it was made now. Safe to call twice or from two workers.

    Drawing it takes seconds, in which nobody waits for us: whoever stores first has made it.
    """
    handover = Handover.objects.without_pdf().filter(pk=handover_id).select_related("authority").first()
    if handover is None:
        return False
    # Its address cannot be guessed, and says nothing.
    handover.pdf.save(f"{secrets.token_urlsafe(24)}.pdf", ContentFile(package_pdf(handover)), save=False)
    if Handover.objects.without_pdf().filter(pk=handover_id).update(pdf=handover.pdf.name):
        return True
    handover.pdf.delete(save=False)
    return False


def make_missing_pdfs(*, limit: int = 20) -> int:
    """Make what the worker was not told of, or failed at. Gives how many it made.

    One that fails stops no other: it is tried again when all others had their turn, and no more after
    `Handover.MOST_PDF_TRIES`. One sweep at a time, and a short one: the next follows soon.
    """
    with alone("make_missing_pdfs") as ours:
        if not ours:
            return 0
        missing = Handover.objects.next_for_pdf().values_list("pk", "reference")[:limit]
        return sum(_made(pk, reference) for pk, reference in while_time_lasts(list(missing)))


def _made(handover_id: int, reference: str) -> bool:
    Handover.objects.filter(pk=handover_id).update(pdf_tries=F("pdf_tries") + 1, pdf_tried_at=timezone.now())
    try:
        return make_pdf(handover_id)
    except (OperationalError, InterfaceError):
        raise  # the database is away: so it is for the others
    except Exception as fault:
        log.error("pdf_not_made", reference=reference, fault=type(fault).__name__)
        return False


def package_pdf(handover: Handover) -> bytes:
    """The package of one handover as PDF/UA-1: tagged, with language, title and bookmarks."""
    html = render_to_string(
        "pdf/package.html", {"handover": handover, "package": handover.package, "hub": Hub.objects.first()}
    )
    return pdf_of(html)
