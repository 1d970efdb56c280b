"""Emails by the mail server of EMAIL_URL."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

from hub.messages.models import Message
from hub.messages.returned import sent_as
from hub.messages.ways.interface import GivenUp


class MailServer:
    def send(self, message: Message, body: str) -> str:
        headers = sent_as(message)
        email = EmailMessage(message.subject, body, settings.DEFAULT_FROM_EMAIL, [message.to], headers=headers)
        try:
            email.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as fault:
            if _for_good(fault):
                # The text of a mail server's answer may hold the address.
                raise GivenUp(type(fault).__name__) from fault
            raise
        return ""


def _for_good(fault: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> bool:
    """Whether the mail server refuses this address or this text for good (5xx)."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _answer in fault.recipients.values())
    return 500 <= fault.smtp_code < 600
