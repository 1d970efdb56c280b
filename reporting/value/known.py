"""What the saving is worked out from: one entry per assumption, with what is taken until somebody says better."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Known:
    """An assumption by its key. `value` holds until somebody records another; `source` says where it comes from."""

    key: str
    label: str
    unit: str  # pounds or percent
    value: Decimal
    source: str
    hint: str
    largest: Decimal = Decimal(100)


_A_WEEK = "An example to begin with, from no publication: ask the councils’ finance teams."
ASSUMPTIONS: dict[str, Known] = {
    known.key: known
    for known in (
        Known(
            "agency_week",
            "A week with an agency",
            "pounds",
            Decimal(1000),
            _A_WEEK,
            "What a council pays an independent fostering agency for one child for one week, all in.",
            Decimal(20_000),
        ),
        Known(
            "own_week",
            "A week with the council’s own carers",
            "pounds",
            Decimal(600),
            _A_WEEK,
            "Allowance, fee, and the council’s own costs of supervising and supporting the carers.",
            Decimal(20_000),
        ),
        Known(
            "filled",
            "Share of the time that a place is filled",
            "percent",
            Decimal(60),
            "Ofsted, 31 March 2025: 42,015 of England’s 69,825 mainstream places were filled.",
            "A new place stands empty at first, and between children.",
        ),
        Known(
            "instead_of_agency",
            "Share of children who would be with an agency otherwise",
            "percent",
            Decimal(50),
            "An example to begin with: ask the councils’ placement teams.",
            "The others would be with other carers of the council, with relatives, or in a home.",
        ),
        Known(
            "through_the_hub",
            "Share of approvals that would not have come without the hub",
            "percent",
            Decimal(50),
            "An example to begin with. The councils found carers before there was a hub.",
            "100 counts every approval for the hub, which nobody will believe.",
        ),
    )
}
