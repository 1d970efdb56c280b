import os

from celery import Celery
from celery.signals import setup_logging, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")

app = Celery("hub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# There a task is what a person has to do.
app.autodiscover_tasks(["enquiries"], related_name="jobs")


@setup_logging.connect
def _keep_our_logs(**_kwargs) -> None:
    """Celery would replace our JSON logs by its own."""


@worker_ready.connect
def _report_at_once(**_kwargs) -> None:
    """Beat's first heartbeat and sweep come a while after the start; whoever waits for readiness should not have to."""
    from hub.health import beat
    from hub.messages.services import tell
    from hub.tasks import send_due_messages

    beat("worker")
    tell(send_due_messages)
