"""What every way out does: mail server, GOV.UK Notify, the post room, the demo's mailbox."""

from typing import Protocol

from hub.messages.models import Message


class GivenUp(Exception):
    """Another try would be in vain. Its text is a short word or sentence without personal data: staff read it."""


class NotNow(Exception):
    """It passes: the message waits and is tried again. Its text is as that of `GivenUp`."""


class Way(Protocol):
    def send(self, message: Message, body: str) -> str:
        """Hand the message over, with the body as its receiver reads it; gives the other side's number for it, or "".

        Raises `GivenUp`; what else is raised passes, and the message is tried again.
        """
