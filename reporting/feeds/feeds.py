"""Which feeds there are, with their columns: the one table that view, address, schema and page are made of."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps

from reporting.feeds.declaration import MADE_OF, MEASURED, MOST_DAYS
from reporting.feeds.treatment import Days, Shows


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    about: str
    sql: str


@dataclass(frozen=True)
class Between:
    """Calendar days between two dates of which only the months are shown."""

    column: str
    first: str
    last: str
    about: str


@dataclass(frozen=True)
class Feed:
    """A view with one row for each row of a model: `joins` bring the random names, `where` says which rows."""

    name: str
    title: str
    about: str
    model: str
    ids: tuple[tuple[str, str], ...]
    joins: str
    where: str
    month: str
    between: tuple[Between, ...] = ()

    @property
    def view(self) -> str:
        return f"feed_{self.name}"

    @property
    def columns(self) -> list[Column]:
        return [*self._names(), *self._shown(), *self._between()]

    @property
    def sql(self) -> str:
        """The statement of its view."""
        columns = ",\n    ".join(f'{column.sql} AS "{column.name}"' for column in self.columns)
        return f"SELECT\n    {columns}\nFROM {table_of(self.model)} AS row\n{self.joins}\nWHERE {self.where}"

    def _names(self) -> Iterator[Column]:
        for model, alias in self.ids:
            shown = MADE_OF[model]["feed_id"]
            yield Column(shown.column, "uuid", _NAMES[shown.column], f"{alias}.feed_id")  # type: ignore[union-attr]

    def _shown(self) -> Iterator[Column]:
        for field, treatment in MADE_OF[self.model].items():
            if isinstance(treatment, Shows):
                about = treatment.about
                if isinstance(treatment, Days):
                    about += f"; {treatment.most} stands for more, too"
                yield Column(
                    treatment.column or field,
                    treatment.type,
                    about,
                    treatment.sql(f"row.{column_of(self.model, field)}"),
                )

    def _between(self) -> Iterator[Column]:
        for one in self.between:
            days = f"(row.{column_of(self.model, one.last)} - row.{column_of(self.model, one.first)})"
            about = f"{one.about}; {MOST_DAYS} stands for more, too"
            yield Column(one.column, "integer", about, Days(MOST_DAYS, "").sql(days))


_NAMES = {
    "household": "The household: a random name, the same in every feed and from day to day",
    "referral": "The referral: likewise",
}


def table_of(model: str) -> str:
    return apps.get_model(model)._meta.db_table


def column_of(model: str, field: str) -> str:
    return str(apps.get_model(model)._meta.get_field(field).column)


ROWS: tuple[Feed, ...] = (
    Feed(
        "enquiries",
        "Enquiries",
        "One row for each household, with what the measures count of it: months, codes and numbers of days.",
        "reporting.Household",
        (("reporting.HouseholdId", "household"),),
        "JOIN reporting_householdid AS household ON household.enquiry_id = row.id",
        "NOT row.is_merged",
        "received_month",
        (
            Between("days_to_application", "received_on", "application_on", "Days from the enquiry to the application"),
            Between("days_to_decision", "application_on", "decided_on", "Days from the application to the decision"),
        ),
    ),
    Feed(
        "activities",
        "Activities",
        "One row for each fact that a measure reads, by month. What was voided is not there.",
        "enquiries.Activity",
        (("reporting.HouseholdId", "household"),),
        """JOIN enquiries_enquiry AS of ON of.id = row.enquiry_id
JOIN reporting_householdid AS household ON household.enquiry_id = coalesce(of.merged_into_id, of.id)""",
        f"""row.kind IN ({", ".join(f"'{kind}'" for kind in MEASURED)})
    AND NOT EXISTS (SELECT FROM enquiries_activity AS voiding WHERE voiding.voids_id = row.id)""",
        "month",
    ),
    Feed(
        "handovers",
        "Handovers",
        "One row for each referral of a household to a council, with its answer.",
        "reporting.Referral",
        (("reporting.ReferralId", "referral"), ("reporting.HouseholdId", "household")),
        """JOIN reporting_referralid AS referral ON referral.sent_fact_id = row.id
JOIN reporting_householdid AS household ON household.enquiry_id = row.enquiry_id""",
        "TRUE",
        "sent_month",
    ),
)
