"""Links in messages that only their receiver may have: each answers one question, and is kept as a hash.

The placeholder that gives one names its kind; the message that carries it and the link are one transaction.
"""

from collections.abc import Callable

from enquiries.models import Enquiry
from hub.models import Message


def _come_back(enquiry: Enquiry, message: Message, token: str) -> None:
    # Imported only now: what a link leads to sends messages itself.
    from enquiries.not_yet.links import make_link

    make_link(enquiry=enquiry, message=message, token=token)


def _exit_interview(enquiry: Enquiry, message: Message, token: str) -> None:
    from enquiries.surveys.services import ask_with_the_end

    ask_with_the_end(enquiry=enquiry, token=token)


MAKERS: dict[str, Callable[[Enquiry, Message, str], None]] = {
    "come_back": _come_back,
    "exit_interview": _exit_interview,
}


def make_links_by(kind: str, maker: Callable[[Enquiry, Message, str], None]) -> None:
    """For a part of the product that enquiries know nothing of: what its kind of link is kept as."""
    MAKERS[kind] = maker
