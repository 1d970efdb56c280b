"""The same key, the same answer: a call that was sent twice is done once."""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg import errors

from hub.api.models import ApiAnswer, ApiToken
from hub.api.problems import Problem

HEADER = "Idempotency-Key"
LONGEST_KEY = 100
PATTERN = "^[!-~]+$"  # what a header carries unharmed
_WAITS_SECONDS = 5


def key_of(request) -> str:
    """The key in the request's header. Raises a 400 that says what to send where there is none, or none we can keep."""
    key = request.headers.get(HEADER, "").strip()
    if not key:
        raise Problem(
            400, f"Send the header {HEADER}, with a new random value for each thing you send, such as a UUID. "
            "Send the same value when you send the same thing again.",
        )  # fmt: skip
    if len(key) > LONGEST_KEY or not re.fullmatch(PATTERN, key):
        raise Problem(400, f"{HEADER} must be 1 to {LONGEST_KEY} letters, digits or signs, without spaces.")
    return key


def asked_sha256(method: str, path: str, data: Any) -> str:
    """What was asked, however its JSON was laid out."""
    laid_out = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{method} {path}\n{laid_out}".encode()).hexdigest()


def answer_once(*, token: ApiToken, key: str, asked: str, answer: Callable[[], tuple[int, dict]]) -> tuple[int, dict]:
    """What `answer` gives (status, body), or what it gave when the token first sent the key.

    The key is taken, the write made and the answer kept in one transaction: after a fault nothing is kept, and the same
    key may be sent again. Two at once: the second waits for the first, up to five seconds, then is told to come again
    (409). The same key with another question is a 409 too.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{_WAITS_SECONDS}s'")
            kept, first = ApiAnswer.objects.get_or_create(token=token, key=key, defaults={"asked_sha256": asked})
            if not first:
                return _as_before(kept, asked)
            kept.status, kept.answer = answer()
            kept.save(update_fields=["status", "answer"])
            kept.refresh_from_db(fields=["answer"])  # in the order in which it will be given again
            return kept.status, kept.answer
    except OperationalError as fault:
        if not isinstance(fault.__cause__, errors.LockNotAvailable):
            raise
        said = "The same is being done at this moment. Send it again, with the same key."
        raise Problem(409, said, wait=_WAITS_SECONDS) from fault


def _as_before(kept: ApiAnswer, asked: str) -> tuple[int, dict]:
    if kept.asked_sha256 != asked:
        raise Problem(409, f"This {HEADER} was sent before with something else. Use a new one for a new thing.")
    return kept.status, kept.answer  # type: ignore[return-value]  # never seen by others without both
