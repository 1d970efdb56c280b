"""Reading JSON that anybody may have written: too long, too deep, said twice, not text, not numbers."""

import json
import math
from typing import Any, NoReturn

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser

from hub.api.problems import Problem, escaped

LARGEST = 100_000  # bytes; an enquiry with all that anybody might say has a few thousand
DEEPEST = 10
_LONGEST_NUMBER = 30


class StrictJSONParser(BaseParser):
    """JSON as RFC 8259 has it, in UTF-8: no second value for a key, no NaN, nothing that PostgreSQL cannot keep."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None) -> Any:
        body = stream.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise Problem(413, f"What you sent is too long: send at most {LARGEST // 1000} KB.")
        return read_json(body)


def read_json(body: bytes) -> Any:
    """The value of a body. Raises `Problem` (400) with a sentence, and the place where it is known."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_each_key_once,
            parse_constant=_no_such_number,
            parse_int=_whole_number,
            parse_float=_number,
        )
    except UnicodeDecodeError as fault:
        raise Problem(400, "What you sent is not UTF-8. Send JSON in UTF-8.") from fault
    except RecursionError as fault:
        raise Problem(400, _TOO_DEEP) from fault
    except json.JSONDecodeError as fault:
        raise Problem(400, f"What you sent is not JSON: see line {fault.lineno}, column {fault.colno}.") from fault
    _refuse_what_nobody_can_keep(value)
    return value


_TOO_DEEP = f"What you sent is nested too deeply: at most {DEEPEST} levels are read."


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict:
    known: dict = {}
    for key, value in pairs:
        if key in known:
            raise Problem(400, f"“{escaped(key)[:100]}” is there twice in one object. Send it once.")
        known[key] = value
    return known


def _no_such_number(text: str) -> NoReturn:
    raise Problem(400, f"{text} is not a number in JSON.")


def _whole_number(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise Problem(400, "What you sent has a number that is too long.")
    return int(text)


def _number(text: str) -> float:
    number = float(text) if len(text) <= _LONGEST_NUMBER else math.inf
    if not math.isfinite(number):
        raise Problem(400, "What you sent has a number that is too long or too large.")
    return number


def _refuse_what_nobody_can_keep(value: Any) -> None:
    """Walks without recursion: depth, NUL and halves of characters, in keys and values alike."""
    todo: list[tuple[Any, str, int]] = [(value, "", 1)]
    while todo:
        value, pointer, depth = todo.pop()
        if depth > DEEPEST:
            raise Problem(400, _TOO_DEEP)
        if isinstance(value, dict):
            for key, inner in value.items():
                _refuse_text(key, pointer)
                todo.append((inner, f"{pointer}/{escaped(key)}", depth + 1))
        elif isinstance(value, list):
            todo += [(inner, f"{pointer}/{place}", depth + 1) for place, inner in enumerate(value)]
        elif isinstance(value, str):
            _refuse_text(value, pointer)


def _refuse_text(text: str, pointer: str) -> None:
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        said = "There is a character that cannot be kept: NUL, or half of a surrogate pair. Leave it out."
        raise Problem(400, said, errors=[(pointer, said)])


class AlwaysJSON(BaseContentNegotiation):
    """We answer in JSON whatever the header Accept asks for: a browser that looks in should see what others get."""

    def select_parser(self, request, parsers):
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type
