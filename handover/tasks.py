import structlog
from celery import shared_task

from handover import pdf
from handover.models import Handover
from hub.health import beat

log = structlog.get_logger(__name__)


@shared_task
def make_pdf(handover_id: int) -> None:
    pdf.make_pdf(handover_id)


@shared_task
def make_missing_pdfs() -> None:
    """The sweep: whatever the worker was not told of, or failed at. One that fails does not stop the rest."""
    for pk, reference in list(Handover.objects.without_pdf().order_by("sent_at").values_list("pk", "reference")[:100]):
        try:
            pdf.make_pdf(pk)
        except Exception as fault:
            log.error("pdf_not_made", reference=reference, fault=type(fault).__name__)
    beat("make_missing_pdfs")
