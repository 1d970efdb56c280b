"""What makes a submission of the public form look like a machine's. Each sign holds it for a person to judge."""

import datetime
import re

from django.conf import settings
from django.utils import timezone

from enquiries.intake.services import Intake
from enquiries.models import HeldSubmission
from hub.throttle import Count, allowed_each

DAY = datetime.timedelta(days=1)
OF_ONE_PERSON = 5  # a day, from one email address or telephone number: families share both
OF_THE_SAME_WORDS = 3  # a day
WORDS_TELL_FROM = 40  # characters: many people write "Please ring me"
FLOOD_LASTS = datetime.timedelta(minutes=10)

_LINK = re.compile(r"(?:https?://|\bwww\.)\S", re.IGNORECASE)
_MARKUP = re.compile(
    r"</?(?:a|p|b|i|u|br|div|font|form|html|iframe|img|input|link|meta|script|span|style|svg|table)\b[^<>]*>"
    r"|\[/?(?:url|link|img)\b[^\]]*\]",
    re.IGNORECASE,
)
LINKS_IN_A_MESSAGE = 1  # somebody may well name the page on which they read of us


def signs_of_a_machine(
    intake: Intake, *, trapped: bool, started_at: datetime.datetime | None, address: str
) -> list[str]:
    """The signs (codes of `HeldSubmission.Sign`), in their order; empty for almost everybody. Counts this submission.

    `started_at` is when the draft began, as the server kept it; `address` the internet address, which a whole council
    or mobile network may share: only a flood from it counts.
    """
    counts = _counts(intake, address)
    seen = {
        "trap": trapped,
        "speed": started_at is not None and _too_fast(started_at),
        "links": _has_links(intake),
        **dict.fromkeys(("often", "words", "flood"), False),
    }
    for sign, within in zip((sign for sign, _ in counts), allowed_each([one for _, one in counts]), strict=True):
        seen[sign] = seen[sign] or not within
    return [sign for sign in HeldSubmission.Sign.values if seen[sign]]


def _counts(intake: Intake, address: str) -> list[tuple[str, Count]]:
    reached = {value for one in intake.applicants for value in (one.email.strip().lower(), one.phone) if value}
    words = " ".join(intake.message.split())
    return [
        *(("often", Count("submissions-of", value, OF_ONE_PERSON, DAY)) for value in sorted(reached)),
        *([("words", Count("words", words, OF_THE_SAME_WORDS, DAY))] if len(words) >= WORDS_TELL_FROM else []),
        ("flood", Count("submissions-from", address, settings.SUBMISSIONS_FROM_ADDRESS, FLOOD_LASTS)),
    ]


def _too_fast(started_at: datetime.datetime) -> bool:
    return timezone.now() - started_at < datetime.timedelta(seconds=settings.FASTEST_PERSON_SECONDS)


def _has_links(intake: Intake) -> bool:
    short = [name for one in intake.applicants for name in (one.first_name, one.last_name)]
    short += [intake.chosen_why, intake.not_why, str(intake.safe_contact.get("language", ""))]
    long = [intake.message, *(str(intake.safe_contact.get(name, "")) for name in ("notes", "adjustments"))]
    if any(_MARKUP.search(text) for text in [*short, *long]) or any(_LINK.search(text) for text in short):
        return True
    return sum(len(_LINK.findall(text)) for text in long) > LINKS_IN_A_MESSAGE
