"""Targets and baselines: dated, never edited, and what the quarterly return makes of them (K01 and K05)."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import ProgrammingError, transaction
from django.urls import reverse

from enquiries.services import record_activity
from hub.errors import Refused
from reporting.households.upkeep import catch_up
from reporting.layout import ReturnTable
from reporting.measures import Period
from reporting.returns.documents import build_quarterly_return
from reporting.suppression import suppress
from reporting.targets import services
from reporting.targets.defaults import make_targets
from reporting.targets.models import Baseline, Target
from reporting.targets.reading import baseline_for, quarter_of, target_for, year_of, year_to_date
from tests.conftest import moment

GATESHEAD = "E08000037"
Q2, AS_AT = Period.quarter("2026-Q2"), moment("2026-10-05 12:00")


@pytest.fixture(autouse=True)
def in_october():
    with time_machine.travel(moment("2026-10-05 10:00"), tick=False) as traveller:
        yield traveller


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture
def baseline(manager):
    def make(value: int, *, code="M02", quarter=2, authority=None) -> Baseline:
        return services.set_baseline(
            by=manager, code=code, quarter=quarter, value=value, source="Councils’ returns",
            source_on=day("2023-05-01"), authority=authority,
        )  # fmt: skip

    return make


def change(code: str, as_at=AS_AT, document=None) -> dict | None:
    lines = (document or build_quarterly_return(Q2, as_at))["lines"]
    return next((line for line in lines if line["code"] == code), None)


def test_the_default_is_in_the_table(hub):
    make_targets(Target)
    assert target_for("M06", day("2026-10-05")) == 90
    make_targets(Target)
    assert Target.objects.filter(code="M06").count() == 1


def test_a_target_holds_from_its_day_and_the_one_set_last_counts(manager, gateshead, in_october):
    for value, since in ((80, "2026-04-01"), (85, "2026-10-01")):
        services.set_target(by=manager, code="M09", value=Decimal(value), applies_from=day(since))
    assert [target_for("M09", day(on)) for on in ("2026-03-31", "2026-04-01", "2026-09-30", "2026-10-01")] == [
        None, 80, 80, 85,
    ]  # fmt: skip
    in_october.shift(60)
    services.set_target(by=manager, code="M09", value=Decimal("82.5"), applies_from=day("2026-10-01"))
    assert target_for("M09", day("2026-10-05")) == Decimal("82.5")
    assert target_for("M09", day("2026-10-05"), gateshead) is None


def test_an_empty_target_ends_it(manager):
    services.set_target(by=manager, code="M09", value=Decimal(80), applies_from=day("2026-04-01"))
    services.set_target(by=manager, code="M09", value=None, applies_from=day("2026-06-01"))
    assert (target_for("M09", day("2026-05-31")), target_for("M09", day("2026-06-01"))) == (80, None)


@pytest.mark.parametrize(("code", "value"), [("M01", 1), ("K03", 20), ("M06", 101), ("M06", -1), ("X", 1)])
def test_what_can_be_no_target(manager, code, value):
    with pytest.raises(Refused):
        services.set_target(by=manager, code=code, value=Decimal(value), applies_from=day("2026-04-01"))


def test_others_set_nothing(worker, sign_in, cluster_lead):
    with pytest.raises(Refused):
        services.set_target(by=worker, code="M06", value=Decimal(1), applies_from=day("2026-04-01"))
    client = sign_in(cluster_lead)
    assert client.get(reverse("targets")).status_code == 200
    assert client.get(reverse("target_set")).status_code == client.get(reverse("baseline_set")).status_code == 403


def test_nothing_is_changed_afterwards(manager, baseline):
    target = services.set_target(by=manager, code="M06", value=Decimal(1), applies_from=day("2026-04-01"))
    for kept in (target, baseline(5)):
        with pytest.raises(ProgrammingError), transaction.atomic():
            kept.delete()


@pytest.mark.parametrize(
    ("on", "quarter"), [("2026-04-01", 1), ("2026-06-30", 1), ("2026-07-01", 2), ("2026-12-31", 3), ("2027-03-31", 4)]
)
def test_quarters_are_of_the_financial_year(on, quarter):
    assert quarter_of(day(on)) == quarter
    assert year_of(day(on)) == Period(day("2026-04-01"), day("2027-03-31"))


def test_no_line_where_no_baseline_was_ever_set(authorities):
    assert change("K01") is None and change("K05") is None


def test_the_change_against_the_baseline_of_the_quarter(make_enquiry, baseline, gateshead, newcastle):
    for number in (1, 2, 3):
        make_enquiry(received_at=moment(f"2026-09-0{number} 10:00"))
    baseline(8)
    baseline(2, authority=gateshead)
    baseline(0, authority=newcastle)
    baseline(1, quarter=3)
    line = change("K01")
    assert (line["total"], line["numerator"], line["denominator"], line["unit"]) == (-62.5, 3, 8, "percent change")
    assert line["authorities"][GATESHEAD] == {"value": 50.0, "numerator": 3, "denominator": 2}
    assert line["authorities"]["E08000021"] == {"value": None, "numerator": 0, "denominator": 0}
    assert line["authorities"]["E08000024"] == {"value": None, "numerator": 0, "denominator": None}
    assert change("K05") is None
    row = ReturnTable({**build_quarterly_return(Q2, AS_AT)}).by_code["K01"]
    assert (row.total.text, row.total.of, row.cell(GATESHEAD).text) == ("−62.5%", "3 against 8", "+50.0%")


def test_another_quarter_without_a_baseline_has_the_line_and_no_value(make_enquiry, baseline):
    baseline(8, quarter=1)
    line = change("K01")
    assert (line["total"], line["numerator"], line["denominator"]) == (None, 0, None)


def test_a_baseline_set_again_counts_from_then_on(make_enquiry, baseline, in_october):
    baseline(8)
    in_october.move_to(moment("2026-10-06 10:00"))
    baseline(4)
    assert (change("K01")["denominator"], change("K01", moment("2026-10-06 12:00"))["denominator"]) == (8, 4)
    assert baseline_for("M02", 2).value == 4 and baseline_for("M02", 2, as_at=AS_AT).value == 8


def test_a_small_count_is_not_told_by_its_change(make_enquiry, baseline, gateshead):
    for number in (1, 2, 3):
        make_enquiry(received_at=moment(f"2026-09-0{number} 10:00"))
    baseline(8)
    baseline(2, authority=gateshead)
    line = change("K01", document=suppress(build_quarterly_return(Q2, AS_AT)))
    assert line["authorities"][GATESHEAD] == {"value": "c", "numerator": None, "denominator": None}
    assert (line["total"], line["numerator"]) == ("c", None)


def test_the_year_so_far_against_target_and_baseline(make_enquiry, baseline, manager):
    for at in ("2026-03-31 10:00", "2026-04-01 10:00", "2026-10-01 10:00"):
        make_enquiry(received_at=moment(at))
    catch_up()
    services.set_target(by=manager, code="M02", value=Decimal(365), applies_from=day("2026-04-01"))
    so_far = year_to_date("M02", day("2026-10-05"))
    # 1 April to 5 October are 188 days.
    assert (so_far.count, so_far.target_so_far, so_far.baseline_so_far) == (2, 188, None)
    for quarter, value in ((1, 10), (2, 20), (3, 92)):
        baseline(value, quarter=quarter)
    assert year_to_date("M02", day("2026-10-05")).baseline_so_far == 10 + 20 + 5
    with pytest.raises(ValueError, match="does not add up"):
        year_to_date("M06", day("2026-10-05"))


def test_approvals_too(make_enquiry, baseline, gateshead_worker):
    enquiry = make_enquiry("assessment")
    record_activity(enquiry=enquiry, kind="decided", by=gateshead_worker, outcome="approved", places=2)
    baseline(1, code="M18", quarter=3)
    line = change("K05", document=build_quarterly_return(Period.quarter("2026-Q3"), AS_AT))
    assert (line["total"], line["numerator"], line["denominator"]) == (0.0, 1, 1)


def test_a_manager_sets_both_on_the_pages(sign_in, manager, authorities):
    client = sign_in(manager)
    since = {"applies_from_day": "1", "applies_from_month": "4", "applies_from_year": "2026"}
    client.post(reverse("target_set"), {"code": "M09", "council": GATESHEAD, "value": "75.5", **since})
    source = {"source": "Own returns", "source_on_day": "1", "source_on_month": "5", "source_on_year": "2023"}
    client.post(reverse("baseline_set"), {"code": "M18", "quarter": "4", "council": "hub", "value": "31", **source})
    page = client.get(reverse("targets")).content.decode()
    assert "75.5%" in page and "Gateshead" in page and "31" in page and "Own returns, 1 May 2023" in page


@pytest.mark.parametrize("wrong", [{"value": "-1"}, {"value": "x"}, {"source": ""}, {"quarter": "5"}, {"code": "M06"}])
def test_a_baseline_that_cannot_be_is_refused(sign_in, manager, authorities, wrong):
    source = {"source": "Own returns", "source_on_day": "1", "source_on_month": "5", "source_on_year": "2023"}
    typed = {"code": "M18", "quarter": "4", "council": "hub", "value": "31", **source, **wrong}
    assert sign_in(manager).post(reverse("baseline_set"), typed).status_code == 200
    assert not Baseline.objects.exists()
