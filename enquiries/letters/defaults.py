"""The templates that the product brings (words/, one file each): version 1 of each, until somebody edits it."""

from functools import cache
from pathlib import Path

from enquiries.models import MessageTemplate

_WORDS = Path(__file__).parent / "words"
WHY = "The words that come with the product"


def defaults() -> dict[str, MessageTemplate]:
    """Each by its code, not kept yet."""
    return {code: MessageTemplate(code=code, version=1, why=WHY, **fields) for code, fields in _all_words().items()}


@cache
def _all_words() -> dict[str, dict]:
    return {path.stem: _read(path.read_text()) for path in sorted(_WORDS.glob("*.txt"))}


def _read(text: str) -> dict:
    """A few lines "Name: …" as in an email ("Offered: no" where only the product sends it), an empty line, the body."""
    head, _, body = text.partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    said: dict = {name.lower(): value for name, value in fields.items()}
    return {**said, "offered": said.get("offered") != "no", "body": body.strip()}
