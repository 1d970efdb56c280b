"""What may become of a field in a feed. Whatever a view shows is made by one of these and by nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Forbidden:
    """Not in any feed, nor in a condition of one."""


@dataclass(frozen=True)
class Joined:
    """Finds rows that belong together and those that count; never shown."""


@dataclass(frozen=True)
class Shown:
    """As it is: a whole number, or yes and no."""

    type: str
    about: str
    column: str = ""

    def sql(self, field: str) -> str:
        return f"{field}::{self.type}"


@dataclass(frozen=True)
class Council:
    """An authority by its GSS code."""

    about: str
    type: str = "text"
    column: str = "authority"

    def sql(self, field: str) -> str:
        return f"(SELECT gss_code FROM hub_authority WHERE hub_authority.id = {field})::text"


@dataclass(frozen=True)
class Month:
    """The month of a date, as its first day."""

    column: str
    about: str
    type: str = "date"

    def sql(self, field: str) -> str:
        return f"date_trunc('month', {field})::date"


@dataclass(frozen=True)
class Days:
    """A number of days up to `most`, which stands for more too: who waited longest would be known by it."""

    most: int
    about: str
    type: str = "integer"
    column: str = ""

    def sql(self, field: str) -> str:
        return f"CASE WHEN {field} >= 0 THEN least({field}, {self.most}) END"


@dataclass(frozen=True)
class Code:
    """One of a closed list; anything else, as past enquiries may bring with them, is `other`."""

    codes: tuple[str, ...]
    about: str
    other: str = "other"
    column: str = ""
    type: str = "text"

    def sql(self, field: str) -> str:
        listed = ", ".join(f"'{code}'" for code in self.codes)
        other = f"'{self.other}'" if self.other else "NULL"
        return f"CASE WHEN {field} IN ({listed}) THEN {field} WHEN {field} <> '' THEN {other} END::text"


@dataclass(frozen=True)
class CampaignCode:
    """The code of a campaign that the hub runs; what an address or a file called one is `OTHER`."""

    about: str
    column: str = "campaign"
    type: str = "text"

    def sql(self, field: str) -> str:
        known = f"(SELECT upper(code) FROM enquiries_campaign WHERE upper(code) = {field})"
        return f"CASE WHEN {field} <> '' THEN coalesce({known}, 'OTHER') END::text"


Treatment = Forbidden | Joined | Shown | Council | Month | Days | Code | CampaignCode
Shows = Shown | Council | Month | Days | Code | CampaignCode


def forbidden(fields: str) -> dict[str, Treatment]:
    return dict.fromkeys(fields.split(), Forbidden())


def joined(fields: str) -> dict[str, Treatment]:
    return dict.fromkeys(fields.split(), Joined())


def names(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes of a list of ours, as they stand in the database."""
    found = tuple(str(getattr(code, "value", code)) for code in codes)
    assert all(code.replace("_", "").isalnum() for code in found), found
    return found
