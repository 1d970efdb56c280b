"""The same key, the same answer: a call that was sent twice is done once."""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone
from psycopg import errors

from hub.api.models import ApiAnswer, ApiToken
from hub.api.problems import Problem
from hub.prepared import begin_with, prepared

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
            begin_with(f"SET LOCAL lock_timeout = '{_WAITS_SECONDS}s'")
            taken = _taken(token, key, asked)
            return _as_before(token, key, asked) if taken is None else _kept(taken, *answer())
    except OperationalError as fault:
        if not isinstance(fault.__cause__, errors.LockNotAvailable):
            raise
        raise _at_this_moment() from fault


def _taken(token: ApiToken, key: str, asked: str) -> int | None:
    """The row of a key that is new; None for one that was there, for which this waits until it is answered."""
    with prepared() as cursor:
        cursor.execute(
            "INSERT INTO hub_apianswer (token_id, key, asked_sha256, at) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (token_id, key) DO NOTHING RETURNING id",
            [token.pk, key, asked, timezone.now()],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _kept(taken: int, status: int, body: dict) -> tuple[int, dict]:
    with prepared() as cursor:
        cursor.execute(
            "UPDATE hub_apianswer SET status = %s, answer = %s::jsonb WHERE id = %s RETURNING answer",
            [status, json.dumps(body), taken],
        )
        (answer,) = cursor.fetchone()
    return status, json.loads(answer)  # in the order in which it will be given again


def _as_before(token: ApiToken, key: str, asked: str) -> tuple[int, dict]:
    kept = ApiAnswer.objects.filter(token=token, key=key).first()
    if kept is None:  # forgotten since, for its age
        raise _at_this_moment()
    if kept.asked_sha256 != asked:
        raise Problem(409, f"This {HEADER} was sent before with something else. Use a new one for a new thing.")
    return kept.status, kept.answer  # type: ignore[return-value]  # never seen by others without both


def _at_this_moment() -> Problem:
    said = "The same is being done at this moment. Send it again, with the same key."
    return Problem(409, said, wait=_WAITS_SECONDS)
