from celery import shared_task

from handover import digest, pdf
from handover.agreements import warning
from handover.figures import nudge
from handover.following import silence
from handover.imports import services as imports
from handover.rows import services as rows
from handover.webhooks import changes, deliveries, forgetting


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
def note_silence() -> None:
    silence.note_silence()


@shared_task
def work_on_imports() -> None:
    imports.work_on_imports()


@shared_task
def send_portal_digests() -> None:
    digest.send_portal_digests()


@shared_task
def deliver(delivery_id: int) -> None:
    deliveries.deliver_now(delivery_id)


@shared_task
def deliver_due() -> None:
    deliveries.deliver_due()


@shared_task
def forget_old_deliveries() -> None:
    forgetting.forget_old_deliveries()


@shared_task
def tell_of_changes() -> None:
    changes.tell_of_changes()


@shared_task
def warn_of_ending_agreements() -> None:
    warning.warn_of_ending()


@shared_task
def work_on_uploads() -> None:
    rows.work_on_uploads()
