"""Answers in words, for whoever reads them: staff, the people, the council."""

from dataclasses import dataclass
from typing import Any

from django import forms

from enquiries.eoi.base import PartForm, Rows


@dataclass(frozen=True)
class Said:
    """One question with its answer in words; `value` is the answer as other systems read it."""

    code: str
    question: str
    answer: str
    value: Any


def said_in(form: type[PartForm], answers: dict[str, Any]) -> list[Said]:
    """What was answered, in the order of the form; a question that nobody answered is left out."""
    found = [
        Said(name, str(field.label), _in_words(field, answers[name]), answers[name])
        for name, field in form.base_fields.items()
        if name not in form.not_kept and name in answers
    ]
    if form.rows is not None and answers.get(form.rows.name):
        found += _rows_said(form.rows, answers[form.rows.name])
    return found


def _in_words(field: forms.Field, value: Any) -> str:
    if not isinstance(field, forms.ChoiceField):
        return str(value)
    choices: Any = field.choices
    labels = {str(code): str(label) for code, label in choices}
    values = value if isinstance(value, list) else [value]
    return "; ".join(labels.get(str(one), str(one)) for one in values)


def _rows_said(rows: Rows, told: list[dict[str, Any]]) -> list[Said]:
    return [
        Said(f"{rows.name}_{number}", f"{rows.legend} {number}", _row_in_words(rows, row), row)
        for number, row in enumerate(told, start=1)
    ]


def _row_in_words(rows: Rows, row: dict[str, Any]) -> str:
    """'Ben, 14, son. They live here'."""
    said = [_in_words(field, row[name]) for name, field in rows.fields.items() if name in row]
    return ", ".join(one[:1].lower() + one[1:] if number > 1 else one for number, one in enumerate(said))
