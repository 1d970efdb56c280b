"""Which definition of the returns holds for a period: the product's own, and after it the versions in the database."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from hub.errors import Refused
from hub.models import User
from reporting.measures.models import DefinitionVersion
from reporting.measures.period import Period
from reporting.measures.registry import MEASURES

Section = tuple[str, str, tuple[str, ...]]  # slug, title, codes


@dataclass(frozen=True)
class Definition:
    """One version: which codes the returns have, what they are called there, and in which order they stand."""

    version: str
    applies_from: datetime.date
    sections: tuple[Section, ...]
    labels: dict[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    why: str = ""

    def of(self, lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """The lines as this version has them."""
        return [{**line, **self._label(line)} for line in lines if line["code"] not in self.left_out]

    def label(self, code: str, basis: str = "") -> str:
        """What it calls a code otherwise than the registry, or ""."""
        return self.labels.get(f"{code} {basis}".strip(), "")

    def _label(self, line: dict[str, Any]) -> dict[str, str]:
        label = self.label(line["code"], line.get("basis", ""))
        return {"label": label} if label else {}


SHIPPED = Definition(
    "2026.1",
    datetime.date(2000, 1, 1),
    (
        ("enquiries", "Enquiries", ("M01", "M02", "M03", "M04")),
        ("conversations", "First conversations and visits", ("M05", "M06", "M07", "M08", "M09")),
        ("referrals", "Expressions of interest and referrals", ("M10", "M11", "M12", "M13", "M14", "M15")),
        ("applications", "Applications and approvals", ("M16", "M17", "M18", "M19", "M20", "M21", "M22", "M23")),
        ("ended-and-open", "Ended, open and on hold", ("M24", "M25", "M26")),
        ("support", "Support hours", ("M27",)),
        ("events", "Events, training and satisfaction", ("M28", "M29", "M30")),
        ("councils", "Councils’ own figures", tuple(f"L{number:02}" for number in range(1, 8))),
        ("indicators", "Key performance indicators", tuple(f"K{number:02}" for number in range(1, 16))),
    ),
    why="The product’s own, after the Department’s measures of 2026.",
)


def definition_for(period: Period) -> Definition:
    """The version that holds for a period: the latest that applies from its first day or before."""
    row = DefinitionVersion.objects.filter(applies_from__lte=period.first).first()
    return _read(row) if row else SHIPPED


def definition_called(version: str) -> Definition:
    """The version of that name, as a return that keeps it is laid out; the product's own where it is not known."""
    if version == SHIPPED.version:
        return SHIPPED
    row = DefinitionVersion.objects.filter(version=version).first()
    return _read(row) if row else SHIPPED


def all_definitions() -> list[Definition]:
    """Every version, the latest first."""
    return [*(_read(row) for row in DefinitionVersion.objects.all()), SHIPPED]


@transaction.atomic
def add_definition(
    *,
    by: User,
    version: str,
    applies_from: datetime.date,
    why: str,
    labels: dict[str, str] | None = None,
    left_out: Iterable[str] = (),
    sections: Iterable[Section] | None = None,
) -> Definition:
    """Add the version that holds for periods from the first of a month on; returns that are signed keep theirs.

    What is not said is as in the version that held before. `Refused` for a name or day that another version has, a day
    that is no first of a month, an unknown code, and a code that stands in the sections twice.
    """
    if not by.can("change_settings"):
        raise Refused("A hub manager adds a version of the returns’ definition.")
    before = definition_for(Period.month_of(applies_from))
    laid_out = tuple(before.sections if sections is None else sections)
    whole, left_out = before.labels if labels is None else labels, sorted(set(left_out))
    _check(version, applies_from, why, whole, left_out, [code for _, _, codes in laid_out for code in codes])
    if version == SHIPPED.version:
        raise Refused(f"There is a version {version} already.")
    try:
        with transaction.atomic():
            row = DefinitionVersion.objects.create(
                version=version,
                applies_from=applies_from,
                sections=[{"slug": slug, "title": title, "codes": list(codes)} for slug, title, codes in laid_out],
                labels=whole,
                left_out=left_out,
                why=why.strip(),
                made_by=by,
            )
    except IntegrityError as fault:
        raise Refused("There is a version of that name, or from that day, already.") from fault
    return _read(row)


def _check(
    version: str,
    applies_from: datetime.date,
    why: str,
    labels: Iterable[str],
    left_out: Iterable[str],
    placed: list[str],
) -> None:
    if not re.fullmatch(r"[0-9]{4}\.[0-9]{1,3}", version):
        raise Refused("Name the version by year and number, like 2027.1.")
    if applies_from.day != 1 or applies_from <= SHIPPED.applies_from:
        raise Refused("A version applies from the first of a month: returns are of whole months.")
    if not why.strip():
        raise Refused("Say what changed, and who asked for it.")
    # A part of a code may be called otherwise; it stands, or is left out, with its code.
    parts = {f"{code} {basis}" for code, one in MEASURES.items() for basis in one.parts}
    if unknown := sorted(({*labels} - parts | {*left_out, *placed}) - MEASURES.keys()):
        raise Refused(f"There is no measure {', '.join(unknown)}.")
    if twice := sorted({code for code in placed if placed.count(code) > 1}):
        raise Refused(f"{', '.join(twice)} can stand in one section only, once.")


def _read(row: DefinitionVersion) -> Definition:
    return Definition(
        row.version,
        row.applies_from,
        tuple((one["slug"], one["title"], tuple(one["codes"])) for one in row.sections),
        row.labels,
        frozenset(row.left_out),
        row.why,
    )
