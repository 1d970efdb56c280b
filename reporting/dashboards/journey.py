"""From enquiry to approval: the steps of the months picked."""

from reporting import charts
from reporting.dashboards.page import Asked, Section, Table
from reporting.households.reading import Cell, add_up
from reporting.measures.computation import Sums
from reporting.suppression import HIDDEN

STEPS = (
    ("M02", "Enquiries"),
    ("M05", "First conversations"),
    ("M08", "First visits"),
    ("M10", "Expressions of interest"),
    ("M12", "Referrals to councils"),
    ("M16", "Applications"),
    ("M18", "Approvals"),
)


def build(asked: Asked) -> list[Section]:
    return [_steps(asked)]


def _steps(asked: Asked) -> Section:
    sums = add_up([code for code, _ in STEPS], asked.chosen)
    counts = {code: sums.get(Cell(code), Sums()).cases for code, _ in STEPS}
    shown = {code: HIDDEN if asked.protected and 0 < count < 5 else f"{count:,}" for code, count in counts.items()}
    bars = [(label, None if shown[code] == HIDDEN else counts[code], shown[code]) for code, label in STEPS]
    alt = ", ".join(f"{label.lower()} {text}" for label, _, text in bars)
    return Section(
        slug="steps",
        kicker="Every step, counted in the months picked",
        title=f"{shown['M02']} households asked, and {shown['M16']} applied",
        table=Table("The same in numbers", ("Step", "Number"), [(label, shown[code]) for code, label in STEPS]),
        alt=f"Bar chart: {alt}.",
        spec=charts.bars(bars),
        note="Those who applied mostly enquired in earlier months: this is not one group of people followed through.",
        measures=[code for code, _ in STEPS],
    )
