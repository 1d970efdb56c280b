"""What the forms of all parts share: half-filled they are kept, and what was typed is never lost by an error."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from enquiries.models import Applicant, Enquiry
from hub.design.forms import DesignForm, Look

MOST_ROWS = 12
LOOK_AGAIN = "Look at this page again, and send it once more"


@dataclass(frozen=True)
class Rows:
    """Something told several times over, as people who live there: `fields` for each, by name."""

    name: str  # of the answer that holds the list
    legend: str  # "Person": the first is "Person 1"
    add: str  # the button for one more
    fields: Mapping[str, forms.Field]
    when: tuple[str, str]  # the field and its answer for which there are rows at all
    none_yet: str  # what is said where there are none then

    @property
    def first(self) -> str:
        return next(iter(self.fields))


@dataclass
class Group:
    """Fields that are drawn together; with a legend they are one row."""

    fields: list[BoundField]
    legend: str = ""


class PartForm(DesignForm):
    """One part of the expression of interest, with what is held (or known from before) as its first values.

    `version` is the part's, as it was seen: 0 while nobody has filled it in.
    """

    rows: Rows | None = None
    needed_in_row: tuple[str, ...] = ()
    not_kept: tuple[str, ...] = ("version",)
    writes_back: tuple[str, ...] = ()  # fields of the enquiry that this part asks about anew
    version = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": LOOK_AGAIN, "invalid": LOOK_AGAIN}
    )

    def __init__(
        self, data=None, *, enquiry: Enquiry, answers: dict[str, Any], version: int = 0,
        applicant: Applicant | None = None, staff: bool = False, one_more: bool = False,
    ):  # fmt: skip
        self.enquiry, self.applicant, self.staff = enquiry, applicant, staff
        self.held_rows = answers.get(self.rows.name, []) if self.rows else []
        self.places = self._places(data, one_more)
        super().__init__(data, initial={**self._first_values(answers), "version": version})
        for number in range(1, self.places + 1):
            assert self.rows is not None
            for name, field in self.rows.fields.items():
                self.fields[f"{name}_{number}"] = deepcopy(field)
        self.looks = self._looks()
        self.set_up()

    def _looks(self) -> dict[str, Look]:
        """Nothing that a row or an answer asks for besides is called optional: whoever sees it is to fill it in."""
        asked = {name for look in self.looks.values() for names in look.reveals.values() for name in names}
        asked |= {name for name in self.fields if self._is_of_a_row(name)}
        looks = {name: self.looks.get(name) or getattr(self.fields[name], "look", Look()) for name in asked}
        return {**self.looks, **{name: replace(look, mark_optional=False) for name, look in looks.items()}}

    @classmethod
    def known_of(cls, enquiry: Enquiry) -> dict[str, Any]:
        """What they have said already, before anybody fills the part in: nobody is asked it twice."""
        return {name: value for name in cls.writes_back if (value := getattr(enquiry, name))}

    def set_up(self) -> None:
        """Words and choices that depend on the household."""

    def _places(self, data, one_more: bool) -> int:
        if self.rows is None:
            return 0
        typed = [int(name.rpartition("_")[2]) for name in data or () if self._is_of_a_row(name)]
        return min(MOST_ROWS, max([1, len(self.held_rows) + one_more, *typed]))

    def _is_of_a_row(self, name: str) -> bool:
        stem, _, number = name.rpartition("_")
        is_number = number.isascii() and number.isdigit() and len(number) < 3
        return self.rows is not None and stem in self.rows.fields and is_number

    def _first_values(self, answers: dict[str, Any]) -> dict[str, Any]:
        values = dict(answers)
        for number, row in enumerate(self.held_rows, start=1):
            values |= {f"{name}_{number}": value for name, value in row.items()}
        return values

    def clean(self):
        if self.rows is not None:
            self._clean_rows(self.rows)

    def _clean_rows(self, rows: Rows) -> None:
        asked, answer = rows.when
        said = self.cleaned_data.get(asked)
        if said and said != answer:
            for number in range(1, self.places + 1):  # what was left there is not meant
                for name in rows.fields:
                    self.errors.pop(f"{name}_{number}", None)
            return
        used = [number for number in range(1, self.places + 1) if self._is_used(number)]
        self.require_when(bool(said) and not used, f"{rows.first}_1", rows.none_yet)
        for number in used:
            for name, field in rows.fields.items():
                message = str(field.error_messages["required"])
                self.require_when(name in self.needed_in_row, f"{name}_{number}", message)

    def ask_when(self, asked: str, answer: str, *names: str) -> None:
        """These belong to one answer of `asked`: with it each is needed; left beside another it is not meant.

        While there is none yet, they are kept: whoever began below has not said no.
        """
        said = self.cleaned_data.get(asked)
        for name in names:
            if said and said != answer:
                self.cleaned_data.pop(name, None)
                self.errors.pop(name, None)
            self.require_when(said == answer, name, str(self.fields[name].error_messages["required"]))

    def _is_used(self, number: int) -> bool:
        assert self.rows is not None
        names = [f"{name}_{number}" for name in self.rows.fields]
        return any(self.cleaned_data.get(name) not in (None, "", []) or name in self.errors for name in names)

    @property
    def groups(self) -> list[Group]:
        """Everything that is seen, in order: plain fields, then the rows one by one."""
        row_names = {
            f"{name}_{n}" for n in range(1, self.places + 1) for name in (self.rows.fields if self.rows else ())
        }
        plain = Group([field for field in self.lone_fields() if field.name not in row_names])
        return [plain, *(self._row(number) for number in range(1, self.places + 1))]

    def _row(self, number: int) -> Group:
        assert self.rows is not None
        fields = [self[f"{name}_{number}"] for name in self.rows.fields]
        return Group(fields, f"{self.rows.legend} {number}")

    @property
    def may_add(self) -> bool:
        return self.rows is not None and self.places < MOST_ROWS

    def sound(self) -> dict[str, Any]:
        """The answers that are as they should be, however many others are missing or wrong: what is kept."""
        kept = {
            name: value
            for name, value in self.cleaned_data.items()
            if name in self.base_fields and name not in self.not_kept and value not in (None, "", [])
        }
        if self.rows is not None:
            asked, answer = self.rows.when
            told = [row for number in range(1, self.places + 1) if (row := self._sound_row(number))]
            if told and kept.get(asked, answer) == answer:
                kept[self.rows.name] = told
        return kept

    def _sound_row(self, number: int) -> dict[str, Any]:
        assert self.rows is not None
        values = {name: self.cleaned_data.get(f"{name}_{number}") for name in self.rows.fields}
        return {name: value for name, value in values.items() if value not in (None, "")}

    @property
    def only_lacks(self) -> bool:
        """Whether nothing is wrong but that answers are still missing."""
        return all(error.code == "required" for errors in self.errors.as_data().values() for error in errors)

    def details(self) -> dict[str, Any]:
        """What the service is given."""
        return {"answers": self.sound(), "complete": self.is_valid(), "version": self.cleaned_data["version"]}

    def go_on_from(self, version: int) -> None:
        """The next try is made knowing the part as it is now; what was typed stays."""
        typed: Any = self.data
        typed = typed.copy()
        typed["version"] = str(version)
        self.data = typed

    def refuse(self, reason: str, *, version: int) -> None:
        """Show why it was not saved, with what was typed."""
        self.add_error(None, reason)
        self.go_on_from(version)
