"""The demo's mailbox: there every message can be read in the browser, and none needs to leave the machine."""

from django.core.cache import cache

from hub.messages.models import Message
from hub.messages.ways.interface import Way

KEPT_FOR = 14 * 24 * 60 * 60  # seconds


class DemoMailbox:
    """Keeps what only the receiver may read (a link that signs in) for the page, beside sending by another way."""

    def __init__(self, beside: Way | None = None):
        self.beside = beside

    def send(self, message: Message, body: str) -> str:
        sent = self.beside.send(message, body) if self.beside else ""
        if message.seed:
            cache.set(_key(message.pk), body, KEPT_FOR)
        return sent


def newest(most: int) -> list[tuple[Message, str]]:
    """The latest messages, each with its body as its receiver reads it, as far as that is still kept.

    Those who try the demo out look for what they have just caused, not for what was written in two years.
    """
    messages = Message.objects.exclude(state=Message.State.CANCELLED).order_by("-created_at", "-pk")[:most]
    return [(message, cache.get(_key(message.pk)) or message.body) for message in messages]


def _key(pk: int) -> str:
    return f"demo-mailbox:{pk}"
