from celery import shared_task

from handover import digest, pdf
from handover.figures import nudge
from handover.imports import services as imports


@shared_task
def make_pdf(handover_id: int) -> None:
    pdf.make_pdf(handover_id)


@shared_task
def make_missing_pdfs() -> None:
    pdf.make_missing_pdfs()


@shared_task
def ask_for_missing_figures() -> None:
    nudge.ask_for_missing_figures()


@shared_task
def work_on_imports() -> None:
    imports.work_on_imports()


@shared_task
def send_portal_digests() -> None:
    digest.send_portal_digests()
