from celery import shared_task

from enquiries.inbox import reading


@shared_task
def read_mailbox() -> None:
    reading.read_mailbox()


@shared_task
def answer_link_request(asked: int) -> None:
    from enquiries.own_page import links

    links.answer_link_request(asked=asked)


@shared_task
def answer_link_requests() -> None:
    from enquiries.own_page import links

    links.answer_link_requests()


@shared_task
def recalculate_clocks() -> None:
    from enquiries.clocks import recalculation

    recalculation.recalculate_clocks()


@shared_task
def share_out_new() -> None:
    from enquiries.assignment import services

    services.share_out_new()


@shared_task
def send_due_nudges() -> None:
    from enquiries.letters import nudges

    nudges.send_due_nudges()


@shared_task
def send_task_digests() -> None:
    from enquiries.tasks import digest

    digest.send_digests()


@shared_task
def keep_undelivered_tasks() -> None:
    from enquiries.tasks import undelivered

    undelivered.keep_undelivered_tasks()


@shared_task
def forget_presence() -> None:
    from enquiries.casework import presence

    presence.forget_presence()


@shared_task
def work_on_bulk() -> None:
    from enquiries.bulk import services

    services.work_on_bulk()


@shared_task
def remind_of_expiry() -> None:
    from enquiries.documents import services

    services.remind_of_expiry()


@shared_task
def ask_how_events_were() -> None:
    from enquiries.events import feedback

    feedback.ask_how_events_were()


@shared_task
def see_to_buddies() -> None:
    from enquiries.buddies import links

    links.see_to_buddies()


@shared_task
def plan_surveys() -> None:
    from enquiries.surveys import moments

    moments.plan_surveys()


@shared_task
def propose_closing() -> None:
    from enquiries.closing.last_try import propose_closing as propose

    propose()


@shared_task
def forget_orphans() -> None:
    from enquiries.documents import services

    services.forget_orphans()
