"""What waits in the demo's inbox, and an email that went where it belongs: through the same doors as anybody's."""

import datetime
from email.message import EmailMessage

from django.utils import timezone

from enquiries.inbox.mailbox import Item
from enquiries.inbox.reading import take_item
from enquiries.inbox.services import hold_submission
from enquiries.intake.services import Intake, Person

MAILBOX = "hello@hub.example.org INBOX"


def fill_inbox() -> int:
    """Two submissions held, two letters set aside and one that cannot be read, one on a timeline; gives how many."""
    _held_by_mistake()
    _held_rightly()
    letters = [_asks_again(), _away(), _news(), _unreadable()]
    for hours, raw in zip((1, 3, 20, 26), letters, strict=True):
        take_item(Item(raw, len(raw), timezone.now() - datetime.timedelta(hours=hours)), mailbox=MAILBOX)
    return 2 + len(letters)


def _held_by_mistake() -> None:
    """Somebody whose browser fills in everything it finds."""
    hold_submission(
        intake=Intake(
            channel="web",
            received_at=timezone.now() - datetime.timedelta(hours=2),
            applicants=[Person("Maureen", "Charlton", "maureen.charlton@example.org", "+447700900268")],
            postcode="NE8 1AB",
            source="word_of_mouth",
            situation="foster",
            spare_room="yes",
            interests=["short_breaks", "teenagers"],
            message="My daughter set this up for me. I was a school cook for thirty years and miss the noise.",
            safe_contact={"when": "morning", "leave_message": True},
        ),
        key="demo-held-1",
        why=["trap"],
    )


def _held_rightly() -> None:
    hold_submission(
        intake=Intake(
            channel="web",
            received_at=timezone.now() - datetime.timedelta(hours=5),
            applicants=[Person("RobertTum", "RobertTum", "winner@example.org")],
            message="Best prices! [url=https://cheap.example.org]click[/url] https://cheap.example.org/now",
        ),
        key="demo-held-2",
        why=["trap", "speed", "links"],
    )


def _letter(name: str, sender: str, subject: str, text: str, **headers: str) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = f"{name} <{sender}>", "hello@hub.example.org", subject
    letter["Message-ID"] = f"<demo-{sender}>"
    for header, value in headers.items():
        letter[header.replace("_", "-")] = value
    letter.set_content(text)
    return letter.as_bytes()


def _asks_again() -> bytes:
    text = (
        "Hello,\n\nI asked about fostering at the weekend and wondered whether it arrived. "
        "I am at home all day on Thursday if that helps.\n\nKirsty"
    )
    return _letter("Kirsty Blenkinsop", "kirsty.blenkinsop@example.org", "My enquiry", text)


def _away() -> bytes:
    text = "Thank you for your message. I am away until Monday and will answer then."
    subject = "Automatic reply: What happens next"
    return _letter("Gary Hindmarsh", "gary.hindmarsh@example.org", subject, text, Auto_Submitted="auto-replied")


def _news() -> bytes:
    text = "This month: conferences, courses and a crossword."
    headers = {"List_Id": "<news.sector.example.org>", "Precedence": "bulk"}
    return _letter("Sector news", "news@sector.example.org", "Sector news, this month", text, **headers)


def _unreadable() -> bytes:
    return (
        b"From: Old phone <amira.saleh@example.org>\r\nSubject: fostering\r\nMessage-ID: <demo-old-phone>\r\n"
        b"Content-Type: text/plain; charset=x-unknown-8bit-phone\r\n\r\n\xc8\xe5\xee\xf3 hello \xe2\xe5\xf0\r\n"
    )
