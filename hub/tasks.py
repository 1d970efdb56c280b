from celery import shared_task
from django.core.management import call_command
from django.db import connection

from hub.api.services import forget_old_answers as forget_answers
from hub.health import beat
from hub.messages import services
from hub.people import unused


@shared_task
def send_message(message_id: int) -> None:
    services.send_message_now(message_id)


@shared_task
def send_due_messages() -> None:
    services.send_due_messages()


@shared_task
def see_to_unused_accounts() -> None:
    unused.see_to_unused_accounts()


@shared_task
def beat_heart() -> None:
    beat("worker")


@shared_task
def forget_old_sessions() -> None:
    """Unfinished enquiries wait in sessions: they go when it has ended, and counters that ran out too."""
    call_command("clearsessions")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM hub_cache WHERE expires < now()")
    beat("forget_old_sessions")


@shared_task
def forget_old_answers() -> None:
    """What the API answered to keys that nobody sends again."""
    forget_answers()
    beat("forget_old_answers")
