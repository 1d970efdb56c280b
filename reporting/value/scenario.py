"""What approved places save, worked out in steps that are written down: pure, from numbers to sentences."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from reporting.value.costs import pounds
from reporting.value.known import ASSUMPTIONS

WEEKS = Decimal(52)


@dataclass(frozen=True)
class Taken:
    """One assumption as it is used: its value, whose it is, and whether it was changed for this look alone."""

    key: str
    value: Decimal
    source: str
    why: str = ""
    since: str = ""
    by: str = ""
    is_default: bool = True
    is_what_if: bool = False

    @property
    def label(self) -> str:
        return ASSUMPTIONS[self.key].label

    @property
    def plain(self) -> str:
        """The number as it is typed: 600, 62.5."""
        return f"{self.value.normalize():f}"

    @property
    def hint(self) -> str:
        return ASSUMPTIONS[self.key].hint

    @property
    def text(self) -> str:
        return pounds(self.value) if ASSUMPTIONS[self.key].unit == "pounds" else f"{_short(self.value)}%"


@dataclass(frozen=True)
class Step:
    """One line of the arithmetic."""

    label: str
    sum: str
    result: str


@dataclass(frozen=True)
class Saving:
    """A year's saving once the places are there, and how it compares with the cost."""

    steps: list[Step]
    a_place: Decimal
    total: Decimal
    cost: Decimal

    @property
    def for_every_pound(self) -> str:
        return f"£{self.total / self.cost:,.2f}" if self.cost else ""

    @property
    def break_even(self) -> Decimal | None:
        """How many places must be approved for the saving of a year to reach the cost; None where none would do."""
        if self.a_place <= 0 or not self.cost:
            return None
        return (self.cost / self.a_place).quantize(Decimal(1), ROUND_CEILING)


def saving_of(*, places: Decimal, cost: Decimal, taken: dict[str, Taken]) -> Saving:
    """What a year with these places saves the councils, by the assumptions. Below nought where agencies cost less."""
    agency, own = taken["agency_week"].value, taken["own_week"].value
    filled, instead, through = (taken[key].value / 100 for key in ("filled", "instead_of_agency", "through_the_hub"))
    week, weeks = agency - own, WEEKS * filled
    counted = places * through
    instead_of = counted * instead
    a_place = week * weeks * instead * through
    total = week * weeks * instead_of
    shown = {key: one.text for key, one in taken.items()}
    steps = [
        Step("What one week saves", f"{pounds(agency)} − {pounds(own)}", pounds(week)),
        Step("Weeks in a year that a place is filled", f"52 × {shown['filled']}", _short(weeks)),
        Step("Places that came because of the hub", f"{_short(places)} × {shown['through_the_hub']}", _short(counted)),
        Step("Of these, instead of an agency", f"{_short(counted)} × {shown['instead_of_agency']}", _short(instead_of)),
        Step("Saved in a year", f"{_short(instead_of)} × {_short(weeks)} weeks × {pounds(week)}", pounds(total)),
    ]
    return Saving(steps, a_place, total, cost)


def _short(number: Decimal) -> str:
    """Up to two decimal places, without noughts at the end."""
    text = f"{number.quantize(Decimal('0.01'), ROUND_HALF_UP):,.2f}"
    return text.rstrip("0").rstrip(".")
