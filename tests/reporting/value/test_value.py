"""What the hub cost, what each enquiry and approval cost, what that saves, and who bears how much."""

import datetime
import io
import re
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from pypdf import PdfReader

from hub.errors import Refused
from reporting.comparison.services import import_shipped
from reporting.measures import Period
from reporting.value.costs import part_of, pounds, split
from reporting.value.models import Assumption, HubCost
from reporting.value.report import value_of
from reporting.value.scenario import saving_of
from reporting.value.services import correct_cost, record_assumption, record_cost, taken_for
from tests.conftest import moment

pytestmark = pytest.mark.django_db
PAGE = "/reports/value/"
YEAR = Period(datetime.date(2025, 4, 1), datetime.date(2026, 3, 31))
SEPTEMBER = {"period": "2026-09"}


@pytest.fixture(autouse=True)
def in_october():
    with time_machine.travel(moment("2026-10-05 10:00"), tick=False):
        yield


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def cost_of(by, amount, month="2026-09-01", months=1, kind="staff") -> HubCost:
    first = datetime.date.fromisoformat(month)
    return record_cost(by=by, kind=kind, first_month=first, months=months, amount=Decimal(amount), evidence="Ledger")


@pytest.fixture
def approved(make_enquiry):
    """An approval with two places, and three more enquiries, in September."""
    for day in range(1, 5):
        with time_machine.travel(moment(f"2026-09-{day:02} 10:00"), tick=False):
            make_enquiry("approved" if day == 1 else "new", received_at=moment(f"2026-09-{day:02} 10:00"))


def test_a_cost_for_a_year_is_shared_among_its_months():
    cost = HubCost(first_month=datetime.date(2025, 10, 1), months=12, amount=Decimal("1000"))
    assert cost.period == Period(datetime.date(2025, 10, 1), datetime.date(2026, 9, 30))
    assert part_of(cost, YEAR) == Decimal("500.00")
    assert part_of(cost, Period.month("2026-02")) == Decimal("83.33")
    assert part_of(cost, Period.month("2026-10")) == 0


def test_parts_add_up_to_the_penny():
    parts = split(Decimal("100.00"), {"a": Decimal(1), "b": Decimal(1), "c": Decimal(1)})
    assert sum(parts.values()) == Decimal("100.00") and sorted(parts.values()) == [Decimal("33.33")] * 2 + [
        Decimal("33.34")
    ]


def test_pounds_as_people_read_them():
    assert [pounds(Decimal(n)) for n in ("12.5", "12", "1234.56", "-2000")] == ["£12.50", "£12", "£1,235", "£-2,000"]


def test_the_saving_is_worked_out_in_steps():
    saving = saving_of(places=Decimal(10), cost=Decimal(31200), taken=taken_for())
    assert [step.result for step in saving.steps] == ["£400", "31.2", "5", "2.5", "£31,200"]
    assert (saving.total, saving.for_every_pound, saving.break_even) == (31200, "£1.00", 10)


def test_with_the_places_that_break_even_the_cost_is_reached():
    saving = saving_of(places=Decimal(10), cost=Decimal(31210), taken=taken_for())  # each place saves £3,120
    assert saving.break_even == 11


def test_where_agencies_cost_less_nothing_breaks_even():
    saving = saving_of(places=Decimal(10), cost=Decimal(100), taken=taken_for(what_if={"agency_week": Decimal(500)}))
    assert saving.total < 0 and saving.break_even is None


def test_each_cost_is_the_cost_over_what_came(sign_in, manager, approved):
    cost_of(manager, 12000)
    shown = text_of(sign_in(manager).get(PAGE, SEPTEMBER))
    assert "Enquiry 4 £3,000 Application 1 £12,000 Approved household 1 £12,000 Approved place 2 £6,000" in shown
    assert "£12,000 in September 2026; £12,000 for each approved household" in shown


def test_nothing_is_divided_by_nought(sign_in, manager, authorities):
    cost_of(manager, 12000)
    assert "Enquiry 0 none to divide by" in text_of(sign_in(manager).get(PAGE, SEPTEMBER))


def test_a_correction_takes_the_place_and_both_stay(manager, hub):
    cost = cost_of(manager, 12000)
    correct_cost(cost=cost, by=manager, amount=Decimal(11000), evidence="Ledger", why="VAT was in it")
    assert [kept.amount for kept in HubCost.objects.counting()] == [11000]
    assert HubCost.objects.count() == 2
    with pytest.raises(Refused, match="corrected this already"):
        correct_cost(cost=cost, by=manager, amount=Decimal(1), evidence="Ledger", why="Again")


def test_what_was_entered_cannot_be_changed(manager, hub):
    cost_of(manager, 12000)
    record_assumption(
        by=manager,
        key="own_week",
        value=Decimal(590),
        source="Finance",
        why="Asked",
        applies_from=datetime.date(2026, 4, 1),
    )
    for table in (HubCost, Assumption):
        for change in (lambda t=table: t.objects.update(recorded_by=None), lambda t=table: t.objects.all().delete()):
            with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
                change()


def test_only_who_may_record_costs_does(worker, cluster_lead, data_officer, hub):
    for person in (worker, cluster_lead):
        with pytest.raises(PermissionDenied):
            cost_of(person, 1)
    assert cost_of(data_officer, 1).pk


def test_an_assumption_holds_from_its_day_on(manager, hub):
    assert taken_for()["own_week"].is_default
    record_assumption(
        by=manager,
        key="own_week",
        value=Decimal(590),
        source="Finance",
        why="Asked",
        applies_from=datetime.date(2026, 4, 1),
    )
    assert (taken_for()["own_week"].value, taken_for()["own_week"].by) == (590, "Moira Manager")
    assert taken_for(datetime.date(2026, 3, 31))["own_week"].value == 600


def test_what_ended_before_an_assumption_began_is_worked_out_as_before(manager, hub):
    record_assumption(
        by=manager, key="own_week", value=Decimal(590), source="Finance", why="Asked",
        applies_from=datetime.date(2026, 10, 1),
    )  # fmt: skip
    weeks = [value_of(user=manager, period=Period.month(month)).taken["own_week"].value for month in
             ("2026-09", "2026-10")]  # fmt: skip
    assert weeks == [600, 590]


def test_a_share_is_no_more_than_all(manager, hub):
    with pytest.raises(Refused, match="cannot be more than 100"):
        record_assumption(
            by=manager, key="filled", value=Decimal(101), source="x", why="y", applies_from=datetime.date(2026, 4, 1)
        )


def test_a_what_if_is_in_the_address_and_never_kept(sign_in, manager, approved):
    cost_of(manager, 12000)
    page = sign_in(manager).get(PAGE + "saving/", {**SEPTEMBER, "agency_week": "1,200", "filled": "lots"})
    shown = text_of(page)
    assert "£1,200 − £600" in shown and "1 of the assumptions is not as kept" in shown
    assert "52 × 60%" in shown
    assert not Assumption.objects.exists()
    assert "agency_week=1200" in page.content.decode()


def test_assumptions_nobody_checked_say_so(sign_in, manager, approved):
    shown = text_of(sign_in(manager).get(PAGE + "saving/", SEPTEMBER))
    assert shown.count("To be checked") == 5


def test_an_assumption_is_changed_on_its_page(sign_in, manager, authorities):
    client = sign_in(manager)
    said = {"value": "615", "source": "Finance teams", "why": "Asked them all",
            "applies_from_day": "1", "applies_from_month": "4", "applies_from_year": "2026"}  # fmt: skip
    shown = text_of(client.post(PAGE + "assumptions/own_week/", said, follow=True))
    assert "£615" in shown and "Since 1 April 2026, Moira Manager: Asked them all" in shown
    assert client.get(PAGE + "assumptions/nonsense/").status_code == 404


def test_a_cost_is_entered_and_corrected_on_pages(sign_in, manager, authorities):
    client = sign_in(manager)
    said = {"kind": "staff", "first_month": "2026-09-01", "months": "1", "amount": "12,400.50", "evidence": "Ledger"}
    assert "Kept: Staff, September 2026." in text_of(client.post(PAGE + "costs/new/", said, follow=True))
    cost = HubCost.objects.get()
    assert (cost.amount, cost.recorded_by) == (Decimal("12400.50"), manager)
    said = {"amount": "0", "evidence": "Ledger", "why": "Entered twice"}
    client.post(f"{PAGE}costs/{cost.pk}/", said)
    assert HubCost.objects.counting().get().amount == 0
    assert client.get(f"{PAGE}costs/{cost.pk}/").status_code == 404


def test_a_wrong_amount_is_said_in_words(sign_in, manager, authorities):
    shown = text_of(sign_in(manager).post(PAGE + "costs/new/", {"amount": "-5", "kind": "staff", "months": "1"}))
    assert "There is a problem" in shown and not HubCost.objects.exists()


def test_months_without_a_cost_are_named(sign_in, manager, authorities, make_enquiry):
    make_enquiry(received_at=moment("2025-05-01 10:00"))
    cost_of(manager, 100, "2025-04-01", 3)
    shown = text_of(sign_in(manager).get(PAGE, {"period": "2025-26"}))
    assert "Nothing is entered for July 2025, August 2025" in shown


def test_a_month_whose_cost_was_entered_by_mistake_has_none(sign_in, manager, authorities, make_enquiry):
    make_enquiry(received_at=moment("2025-05-01 10:00"))
    cost = cost_of(manager, 100, "2026-03-01")
    cost_of(manager, 1200, "2025-03-01", 12)
    correct_cost(cost=cost, by=manager, amount=Decimal(0), evidence="Ledger", why="Entered twice")
    assert "Nothing is entered for March 2026." in text_of(sign_in(manager).get(PAGE, {"period": "2025-26"}))


def test_a_cost_entered_for_year_and_month_is_asked_about(sign_in, manager, authorities):
    cost_of(manager, 1200, "2026-04-01", 12)
    cost_of(manager, 100, "2026-09-01", 1)
    assert "Perhaps counted twice" in text_of(sign_in(manager).get(PAGE, SEPTEMBER))


def test_the_cost_is_shared_by_population(sign_in, manager, authorities):
    import_shipped()
    cost_of(manager, 77050)
    shown = text_of(sign_in(manager).get(PAGE + "shares/", SEPTEMBER))
    assert "Gateshead 196,100 25.5% £19,610" in shown and "Sunderland 274,200 35.6% £27,420" in shown
    assert "Census 2021, first results" in shown


def test_without_populations_it_says_of_whom(sign_in, manager, authorities):
    assert "No population is known of Gateshead" in text_of(sign_in(manager).get(PAGE + "shares/", SEPTEMBER))


def test_the_cost_is_shared_by_what_came(sign_in, manager, approved):
    cost_of(manager, 1000)
    shown = text_of(sign_in(manager).get(PAGE + "shares/", {**SEPTEMBER, "way": "M02"}))
    assert "Gateshead 4 100.0% £1,000" in shown


def test_small_numbers_give_nothing_away_by_their_cost(sign_in, manager, cluster_lead, make_enquiry):
    with time_machine.travel(moment("2026-02-03 10:00"), tick=False):
        make_enquiry("approved", received_at=moment("2026-02-03 10:00"))
    cost_of(manager, 12000, "2025-04-01", 12)
    asked = {"period": "2025-26"}
    client = sign_in(cluster_lead)
    shown = text_of(client.get(PAGE, asked))
    assert "Enquiry c c Application c c Approved household c c Approved place c c" in shown
    assert "The saving cannot be shown" in text_of(client.get(PAGE + "saving/", asked))
    assert "not shown to you" in text_of(client.get(PAGE + "shares/", {**asked, "way": "M02"}))
    assert client.get(PAGE + "report/", asked).status_code == 200
    assert client.get(PAGE + "costs/new/").status_code == 403


def test_the_report_is_one_tagged_page(sign_in, manager, approved):
    import_shipped()
    cost_of(manager, 12000)
    answer = sign_in(manager).get(PAGE + "report.pdf", SEPTEMBER)
    pdf = PdfReader(io.BytesIO(answer.content))
    text = " ".join(pdf.pages[0].extract_text().split())
    assert len(pdf.pages) == 1 and pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "The hub cost £12,000" in text and "Gateshead" in text and "To be checked" in text


def test_a_what_if_says_so_on_paper(sign_in, manager, approved):
    cost_of(manager, 12000)
    answer = sign_in(manager).get(PAGE + "report.pdf", {**SEPTEMBER, "agency_week": "1200"})
    assert "What if: not all assumptions are as kept" in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
