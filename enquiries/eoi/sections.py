"""The parts of the expression of interest: one table, and how a household's stands in it.

A part is about the household, or about each of the one or two applicants; it is complete when its form, with the
answers that are held, has nothing to say against them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from enquiries.eoi.base import PartForm
from enquiries.eoi.forms import fostering, household, person
from enquiries.eoi.said import Said, said_in
from enquiries.journey import HUB_STAGES, Stage
from enquiries.models import Applicant, Enquiry, EoiSection
from hub.compiled import Compiled


@dataclass(frozen=True)
class Section:
    """One row of the table."""

    code: str
    title: str
    form: type[PartForm]
    group: str = ""  # heading of the task list; of a part about each applicant their name
    each: bool = False  # about each applicant, not about the household
    needed: bool = True  # must be complete before the whole is sent
    hint: str = ""
    intro: str = ""


HOUSEHOLD, FOSTERING = "Household", "Fostering"
SECTIONS: tuple[Section, ...] = (
    Section("household", "Who lives with you", household.HouseholdForm, HOUSEHOLD),
    Section("home", "Your home", household.HomeForm, HOUSEHOLD),
    Section("children", "Your children", household.ChildrenForm, HOUSEHOLD),
    Section("pets", "Pets", household.PetsForm, HOUSEHOLD),
    Section("work", "Work and time", person.WorkForm, each=True),
    Section(
        "health", "Health", person.HealthForm, each=True,
        intro="We ask only for what may matter when you look after a child. No diagnoses, medicines or documents, "
        "please. Your council talks with your doctor later, if you apply. Nothing you write here decides anything by "
        "itself.",
    ),
    Section("experience", "Experience", person.ExperienceForm, each=True),
    Section(
        "fostering", "What you have in mind", fostering.FosteringForm, FOSTERING,
        intro="You can change your mind later.",
    ),
    Section("checks", "Checks later on", fostering.ChecksForm, FOSTERING),
    Section(
        "last", "Anything else", fostering.LastForm, FOSTERING, needed=False, hint="Times for a visit, if you like"
    ),
)  # fmt: skip
BY_CODE = {section.code: section for section in SECTIONS}


@dataclass
class Part:
    """One part of one household's expression of interest, with what is held of it."""

    section: Section
    enquiry: Enquiry
    applicant: Applicant | None = None
    held: EoiSection | None = None

    @property
    def position(self) -> int:
        return self.applicant.position if self.applicant else 0

    @property
    def key(self) -> str:
        """As it stands in addresses: "home", "work-2"."""
        return f"{self.section.code}-{self.position}" if self.position else self.section.code

    @property
    def whose(self) -> str:
        """The applicant's name, where it is about one of them."""
        if self.applicant is None:
            return ""
        return self.applicant.first_name or ("First person", "Second person")[self.applicant.position - 1]

    @property
    def group(self) -> str:
        return self.section.group or self.whose

    @property
    def title(self) -> str:
        return self.section.title

    @property
    def full_title(self) -> str:
        """The title by itself, with the person it is about: 'Work and time: Amina'."""
        return f"{self.title}: {self.whose}" if self.whose else self.title

    @property
    def is_complete(self) -> bool:
        return self.held is not None and self.held.complete

    @property
    def is_lacking(self) -> bool:
        """Whether it still has to be completed before the whole can be sent."""
        return (self.section.needed and not self.is_complete) or self.is_returned

    @property
    def is_returned(self) -> bool:
        return self.held is not None and bool(self.held.missing)

    @property
    def status(self) -> str:
        if self.is_returned:
            return "To be completed"
        if self.held is None:
            return "Not started"
        return "Completed" if self.is_complete else "In progress"

    @property
    def colour(self) -> str:
        return {"To be completed": "orange", "In progress": "teal"}.get(self.status, "blue")

    @property
    def version(self) -> int:
        return self.held.version if self.held else 0

    @property
    def answers(self) -> dict[str, Any]:
        """What is held; before anybody filled it in, what they have said already."""
        if self.held is not None:
            return self.held.answers
        return self.section.form.known_of(self.enquiry)

    def form(self, data=None, **options) -> PartForm:
        """Its form, with what is held as first values."""
        return self.section.form(
            data, enquiry=self.enquiry, answers=self.answers, version=self.version, applicant=self.applicant, **options
        )

    @property
    def said(self) -> list[Said]:
        """The answers that are held, in words, in the order of the form."""
        return said_in(self.section.form, self.held.answers) if self.held else []


_OF_ONE = Compiled(
    lambda enquiry: EoiSection.objects.filter(enquiry=enquiry).select_related("saved_by").order_by("saved_at", "pk"),
    int,
)


class Expression:
    """A household's expression of interest as it stands."""

    def __init__(self, enquiry: Enquiry):
        self.enquiry = enquiry

    @cached_property
    def parts(self) -> list[Part]:
        """All parts in the order of the task list: the household, each person, fostering."""
        return [*self._of_group(HOUSEHOLD), *self._of_each(), *self._of_group(FOSTERING)]

    @cached_property
    def _held(self) -> dict[tuple[str, int], EoiSection]:
        """By part, what was saved last. Of a merged enquiry a part about a person counts where it is that person."""
        alone = not self.enquiry.absorbs
        rows = _OF_ONE(self.enquiry.pk) if alone else EoiSection.objects.of(self.enquiry).select_related("saved_by")
        return {(row.code, row.position): row for row in rows if self._is_theirs(row)}

    def _is_theirs(self, row: EoiSection) -> bool:
        if row.enquiry_id == self.enquiry.pk or not row.position:
            return True
        here = next((one for one in self.enquiry.applicants.all() if one.position == row.position), None)
        there = row.enquiry.applicants.filter(position=row.position).first()
        return here is not None and there is not None and here.first_name.lower() == there.first_name.lower()

    def _of_group(self, group: str) -> Iterator[Part]:
        for section in SECTIONS:
            if section.group == group:
                yield Part(section, self.enquiry, None, self._held.get((section.code, 0)))

    def _of_each(self) -> Iterator[Part]:
        for applicant in self.enquiry.applicants.all():
            for section in SECTIONS:
                if section.each:
                    yield Part(section, self.enquiry, applicant, self._held.get((section.code, applicant.position)))

    @property
    def groups(self) -> list[tuple[str, list[Part]]]:
        """The parts under the headings of the task list."""
        grouped: dict[str, list[Part]] = {}
        for part in self.parts:
            grouped.setdefault(f"{part.position}{part.group}", []).append(part)
        return [(parts[0].group, parts) for parts in grouped.values()]

    def part(self, key: str) -> Part | None:
        return next((part for part in self.parts if part.key == key), None)

    @property
    def is_started(self) -> bool:
        return bool(self._held)

    @property
    def lacking(self) -> list[Part]:
        return [part for part in self.parts if part.is_lacking]

    @property
    def done(self) -> int:
        return sum(part.is_complete and not part.is_returned for part in self.parts if part.section.needed)

    @property
    def needed(self) -> int:
        return sum(part.section.needed for part in self.parts)

    @property
    def is_complete(self) -> bool:
        return not self.lacking

    @property
    def filled_in_by_them(self) -> bool:
        """Whether the people themselves filled in any of it."""
        return any(row.recorder == "enquirer" for row in self._held.values())

    def may_be_filled_in_by(self, user) -> bool:
        """By staff until it is submitted; then, as long as it is with us, by those who may authorise it."""
        if self.enquiry.merged_into_id is not None or not user.can("record_casework"):
            return False
        before = self.enquiry.stage in (Stage.NEW, Stage.IN_TOUCH)
        return before or (self.enquiry.stage in HUB_STAGES and user.can("authorise_eoi"))

    @property
    def may_be_filled_in_by_them(self) -> bool:
        """By the people while we are in touch with them: what they submitted is frozen until it is returned."""
        return self.enquiry.stage == Stage.IN_TOUCH

    @property
    def was_invited(self) -> bool:
        return self.enquiry.facts.not_voided().filter(kind="eoi_invited").exists()

    @property
    def shown_to_them(self) -> bool:
        """On their own page once we have invited them, or it was begun on the telephone."""
        return self.is_started or (self.may_be_filled_in_by_them and self.was_invited)
