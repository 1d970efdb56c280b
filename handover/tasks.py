from celery import shared_task

from handover import pdf


@shared_task
def make_pdf(handover_id: int) -> None:
    pdf.make_pdf(handover_id)


@shared_task
def make_missing_pdfs() -> None:
    pdf.make_missing_pdfs()
