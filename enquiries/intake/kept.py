"""An intake as JSON, and back again: what is held for a person to judge loses nothing."""

import datetime
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any

from enquiries.intake.origins import Came
from enquiries.intake.services import Intake, Person
from hub.current import current
from hub.models import Authority


def as_json(intake: Intake) -> dict[str, Any]:
    """Every field of the intake in words that JSON knows: days and moments in ISO form, councils by their code."""
    return {field.name: _plain(getattr(intake, field.name)) for field in fields(intake)}


def from_json(kept: dict[str, Any]) -> Intake:
    """The intake again. A field that has gone since is left out, one that has come has its default."""
    known = {field.name for field in fields(Intake)}
    return Intake(**{name: _BACK.get(name, _as_it_is)(value) for name, value in kept.items() if name in known})


def _plain(value: Any) -> Any:
    match value:
        case Authority():
            return value.gss_code
        case datetime.date():  # a moment is one too
            return value.isoformat()
        case Person() | Came():
            return _plain(asdict(value))
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
    return value


def _person(kept: dict) -> Person:
    born_on = kept.get("born_on")
    return Person(**{**kept, "born_on": datetime.date.fromisoformat(born_on) if born_on else None})


def _authority(code: str | None) -> Authority | None:
    return current().authorities.get(code) if code else None


def _moment(text: str | None) -> datetime.datetime | None:
    return datetime.datetime.fromisoformat(text) if text else None


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _as_it_is(value: Any) -> Any:
    return value


_BACK: dict[str, Callable[[Any], Any]] = {
    "received_at": _moment,
    "callback_at": _moment,
    "not_before": _day,
    "applicants": lambda people: [_person(one) for one in people],
    "came": lambda signs: Came(**signs),
    "chosen_authority": _authority,
    "not_authority": _authority,
    "through": _authority,
    "consented_at": lambda moments: {purpose: _moment(one) for purpose, one in moments.items()},
    "consents": lambda consents: {purpose: tuple(one) for purpose, one in consents.items()},
}
