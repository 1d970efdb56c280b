from celery import shared_task

from reporting.dashboards import pack
from reporting.households import upkeep
from reporting.returns import scheduler, signing


@shared_task
def keep_households() -> None:
    upkeep.catch_up()


@shared_task
def draft_due_returns() -> None:
    scheduler.draft_due_returns()


@shared_task
def make_files(return_id: int) -> None:
    signing.make_files(return_id)


@shared_task
def make_board_pack(said: dict) -> None:
    pack.make(pack.Wanted.of_json(said))
