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
