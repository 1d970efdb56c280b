"""The figures that councils send each month (measures.md, L01 to L07). L03 is worked out, so nobody is asked for it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    code: str
    field: str  # of the model
    label: str
    short: str
    about: str = ""

    @property
    def name(self) -> str:
        """Of the form's field."""
        return self.code.lower()


FIGURES = (
    Figure(
        "L01", "approved_households", "Approved mainstream households", "Households", "On the last day of the month."
    ),
    Figure("L02", "deregistered_households", "Households deregistered", "Deregistered", "In the month."),
    Figure("L04", "approved_carers", "Approved carers", "Carers", "People, on the last day of the month."),
    Figure(
        "L05",
        "children_placed",
        "Children placed with your own carers",
        "Children placed",
        "On the last day of the month.",
    ),
    Figure(
        "L06",
        "constellations",
        "Mockingbird constellations",
        "Constellations",
        "On the last day of the month. 0 if you have none.",
    ),
    Figure(
        "L07",
        "satellites",
        "Mockingbird satellite households",
        "Satellites",
        "On the last day of the month. 0 if you have none.",
    ),
)
CODES = tuple(figure.code for figure in FIGURES)
BY_CODE = {figure.code: figure for figure in FIGURES}
LARGEST = 100_000
