"""Periods of returns: whole calendar months, first and last day included (measures.md, rule 1)."""

import calendar
import datetime
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Period:
    first: datetime.date
    last: datetime.date

    @classmethod
    def month(cls, text: str) -> "Period":
        """The month written as 2026-09; `ValueError` with a sentence for anything else."""
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text, re.ASCII) or text.startswith("0000"):
            raise ValueError(f"“{text}” is not a month: write it as 2026-09.")
        return cls.month_of(datetime.date(int(text[:4]), int(text[5:]), 1))

    @classmethod
    def month_of(cls, day: datetime.date) -> "Period":
        """The month that the day lies in."""
        return cls(day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1]))

    @classmethod
    def quarter(cls, text: str) -> "Period":
        """The quarter of the financial year written as 2026-Q1, which is April to June 2026 (interfaces.md)."""
        if not re.fullmatch(r"\d{4}-Q[1-4]", text, re.ASCII) or text[:4] in ("0000", "9999"):
            raise ValueError(f"“{text}” is not a quarter: write it as 2026-Q1, which is April to June 2026.")
        months = int(text[:4]) * 12 + 3 * int(text[-1])  # whole months up to the first of the quarter
        return cls(_first(months), cls.month_of(_first(months + 2)).last)

    @classmethod
    def quarter_of(cls, day: datetime.date) -> "Period":
        """The quarter of the financial year that the day lies in."""
        first = day.replace(month=day.month - (day.month - 1) % 3, day=1)
        return cls(first, cls.month_of(_first(first.year * 12 + first.month + 1)).last)

    @classmethod
    def parse(cls, text: str) -> "Period":
        """The month or quarter that `slug` writes; `ValueError` with a sentence for anything else."""
        return cls.quarter(text) if "Q" in text else cls.month(text)

    @property
    def slug(self) -> str:
        """As addresses and files write it: 2026-09, or 2026-Q2."""
        if not self.is_quarter:
            return f"{self.first:%Y-%m}"
        year, month = (self.first.year, self.first.month) if self.first.month > 3 else (self.first.year - 1, 13)
        return f"{year:04}-Q{(month - 1) // 3}"

    @property
    def is_quarter(self) -> bool:
        return (self.first.year, self.first.month) != (self.last.year, self.last.month)

    @property
    def months(self) -> list["Period"]:
        """Its months in order; of a month itself."""
        start = self.first.year * 12 + self.first.month - 1
        end = self.last.year * 12 + self.last.month - 1
        return [Period.month_of(_first(number)) for number in range(start, end + 1)]

    def earlier(self, *, months: int) -> "Period":
        """The period so many months before, as long in months."""
        first = self.first.year * 12 + self.first.month - 1 - months
        last = self.last.year * 12 + self.last.month - 1 - months
        return Period(_first(first), Period.month_of(_first(last)).last)

    @property
    def parameters(self) -> dict[str, datetime.date]:
        """Its days as measures/cases.py names them. Of a quarter also those that ended so long ago that what began in
        them could come to its end (measures.md, K03 and K04).
        """
        enquiries, applications = self.earlier(months=6), self.earlier(months=9)
        return {
            "first": self.first,
            "last": self.last,
            "enquiries_first": enquiries.first,
            "enquiries_last": enquiries.last,
            "applications_first": applications.first,
            "applications_last": applications.last,
        }

    @property
    def label(self) -> str:
        """As people say it: September 2026, July to September 2026, April 2025 to March 2026."""
        if not self.is_quarter:
            return f"{self.first:%B %Y}"
        if self.first.year != self.last.year:
            return f"{self.first:%B %Y} to {self.last:%B %Y}"
        return f"{self.first:%B} to {self.last:%B %Y}"

    def __str__(self) -> str:
        return self.label


def _first(months: int) -> datetime.date:
    """The first day of the month that so many whole months precede, counted from the year 0; of none before year 1."""
    return datetime.date(max(months // 12, 1), months % 12 + 1, 1)
