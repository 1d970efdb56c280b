"""Reads the process environment, so that settings stay a list of values.

A setting that is missing or malformed stops start-up with one sentence that says what to do.
"""

import re
import sys
from typing import NoReturn
from urllib.parse import urlsplit

import environ

env = environ.Env()
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def stop(sentence: str) -> NoReturn:
    """End start-up with one line on stderr and exit status 1."""
    sys.exit(f"Cannot start: {sentence}")


def required(name: str, *, example: str) -> str:
    """The value of a setting that has no default."""
    value = env.str(name, default="").strip()
    if not value:
        stop(f"{name} is not set. Set it in the environment, for example {name}={example}.")
    return value


def url(name: str, *, schemes: tuple[str, ...], example: str, default: str = "") -> str:
    """A setting that must be a URL of one of the schemes."""
    value = env.str(name, default=default).strip() if default else required(name, example=example)
    if urlsplit(value).scheme not in schemes:
        stop(f"{name} must start with {' or '.join(f'{s}:' for s in schemes)}, for example {name}={example}.")
    return value


def optional_url(name: str, *, schemes: tuple[str, ...], example: str) -> str:
    """A setting that may be left out; if not, it must be a URL of one of the schemes with a host."""
    value = env.str(name, default="").strip()
    if value and not urlsplit(url(name, schemes=schemes, example=example)).hostname:
        stop(f"{name} must name a host, for example {name}={example}.")
    return value


def number(name: str, *, default: int) -> int:
    """A whole number, 0 or more."""
    value = env.str(name, default=str(default)).strip()
    if not value.isascii() or not value.isdigit():
        stop(f"{name} must be a whole number, for example {name}={default}.")
    return int(value)


def boolean(name: str, *, default: bool = False) -> bool:
    value = env.str(name, default="1" if default else "0").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"", "0", "false", "no", "off"}:
        return False
    stop(f"{name} must be 1 or 0, not {value!r}.")


def secrets(name: str, *, pattern: str, example: str) -> list[str]:
    """Secrets that may be set, one or (while one is being changed for the next) two with a comma between them."""
    found = words(name)
    if len(found) > 2 or not all(re.fullmatch(pattern, secret) for secret in found):
        stop(f"{name} must be one or two secrets with a comma between them, each like {name}={example}.")
    return found


def matching(name: str, *, pattern: str, example: str) -> str:
    """A setting that may be left out; if not, it must match the pattern whole."""
    value = env.str(name, default="").strip()
    if value and not re.fullmatch(pattern, value):
        stop(f"{name} must be {example}.")
    return value


def words(name: str, *, default: str = "") -> list[str]:
    """A comma-separated setting."""
    return [word.strip() for word in env.str(name, default=default).split(",") if word.strip()]
