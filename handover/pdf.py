"""The package as an accessible PDF (PDF/UA-1), made once by the worker."""

import secrets

from django.core.files.base import ContentFile
from django.db import transaction
from django.template.loader import render_to_string

from handover.models import Handover
from hub.models import Hub


def make_pdf(handover_id: int) -> bool:
    """Make and store the PDF of a package; True when it was made now. Safe to call twice or from two workers."""
    with transaction.atomic():
        handover = (
            Handover.objects.without_pdf()
            .select_for_update(of=("self",), skip_locked=True)
            .filter(pk=handover_id)
            .select_related("authority")
            .first()
        )
        if handover is None:
            return False
        # Its address cannot be guessed, and says nothing.
        handover.pdf.save(f"{secrets.token_urlsafe(24)}.pdf", ContentFile(package_pdf(handover)), save=False)
        handover.save(update_fields=["pdf"])
    return True


def package_pdf(handover: Handover) -> bytes:
    """The package of one handover as PDF/UA-1: tagged, with language, title and bookmarks."""
    html = render_to_string(
        "pdf/package.html", {"handover": handover, "package": handover.package, "hub": Hub.objects.first()}
    )
    return pdf_of(html)


def pdf_of(html: str) -> bytes:
    """A self-contained HTML document as PDF/UA-1. Nothing is fetched, from the network or the disk."""
    from weasyprint import HTML  # loads Pango: only the worker needs it

    return HTML(string=html, url_fetcher=_refuse_to_fetch).write_pdf(pdf_variant="pdf/ua-1")


def _refuse_to_fetch(url: str, **_kwargs) -> None:
    """Our documents hold everything themselves: what asks for more was put there by somebody else."""
    from weasyprint.urls import FatalURLFetchingError

    raise FatalURLFetchingError("A document asked for a resource.")
