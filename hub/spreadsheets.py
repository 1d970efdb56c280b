"""Cells of files that people open in a spreadsheet: the one rule."""


def as_text(text: str) -> str:
    """What a spreadsheet would take for a formula is marked as text, also behind white space."""
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@") or text[:1] in ("\t", "\r", "\n") else text
