"""Which way out a message takes: the settings say."""

from django.conf import settings

from hub.messages.models import Message, MessageQuerySet
from hub.messages.ways.interface import Way
from hub.messages.ways.mail import MailServer
from hub.messages.ways.mailbox import DemoMailbox

Channel = Message.Channel


def way_for(channel: str) -> Way | None:
    """The way for an email, a text or a letter; None where nothing sends them by itself."""
    if by_notify(channel):
        from hub.messages.ways.notify import Notify  # only where it is used: it takes long to import

        return Notify()
    if channel == Channel.EMAIL:
        return DemoMailbox(beside=MailServer()) if settings.HUB_DEMO else MailServer()
    return DemoMailbox() if channel == Channel.TEXT and settings.HUB_DEMO else None


def by_notify(channel: str) -> bool:
    """Whether the settings give this channel to GOV.UK Notify."""
    wanted = {
        Channel.EMAIL: settings.NOTIFY_EMAIL_TEMPLATE_ID,
        Channel.TEXT: settings.NOTIFY_SMS_TEMPLATE_ID,
        Channel.LETTER: settings.NOTIFY_LETTERS,
    }
    return bool(settings.NOTIFY_API_KEY and wanted[Channel(channel)])


def by_hand() -> bool:
    """Whether letters are printed and posted by staff."""
    return not by_notify(Channel.LETTER)


def sent_by_itself(messages: MessageQuerySet) -> MessageQuerySet:
    """Those of the messages that something sends; the others wait for staff (letters), or for the settings."""
    return messages.exclude(channel__in=[channel for channel in Channel if way_for(channel) is None])


def why_not(channel: str) -> str:
    """Why no message can go this way in this deployment, as a sentence for staff; "" where it can."""
    if channel == Channel.TEXT and way_for(channel) is None:
        return "Text messages are not set up here: they need GOV.UK Notify. Whoever runs the site can set it up."
    return ""
