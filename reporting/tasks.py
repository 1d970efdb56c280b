from celery import shared_task

from reporting.households import upkeep


@shared_task
def keep_households() -> None:
    upkeep.catch_up()
