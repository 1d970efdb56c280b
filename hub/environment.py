"""Reads the process environment, so that settings stay a list of values.

A setting that is missing or malformed stops start-up with one sentence that says what to do.
"""

import sys
from typing import NoReturn
from urllib.parse import urlsplit

import environ

env = environ.Env()


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


def boolean(name: str, *, default: bool = False) -> bool:
    value = env.str(name, default="1" if default else "0").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"", "0", "false", "no", "off"}:
        return False
    stop(f"{name} must be 1 or 0, not {value!r}.")


def words(name: str, *, default: str = "") -> list[str]:
    """A comma-separated setting."""
    return [word.strip() for word in env.str(name, default=default).split(",") if word.strip()]
