"""Figures that are not about enquiries, opened: exactly what they count, and nobody's words or names."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from enquiries.models import Attendance, Booking, Survey
from handover.figures.services import record_figures
from hub.models import AccessLog
from reporting.layout import ReturnTable
from reporting.measures import Period
from reporting.measures.behind import OPENERS, things_behind
from reporting.registers import services as registers
from reporting.registers.defaults import make_kinds
from reporting.registers.models import SupportKind
from reporting.returns import drafting
from reporting.returns.documents import build_quarterly_return, build_return
from reporting.targets.services import set_baseline
from tests.conftest import moment
from tests.factories import make_event, someone

SEPTEMBER, Q2, NOW = Period.month("2026-09"), Period.quarter("2026-Q2"), moment("2026-10-05 10:00")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_october():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def kept(make_enquiry, gateshead, newcastle, gateshead_worker, newcastle_worker, worker, manager):
    """A quarter with something of everything, in two councils and in none."""
    make_kinds(SupportKind)
    kinds = {kind.code: kind for kind in SupportKind.objects.all()}
    for number, (council, kind) in enumerate(
        [(gateshead, "information"), (newcastle, "open_day"), (None, "training"), (gateshead, "training")], 1
    ):
        starts = moment(f"2026-09-1{number} 18:00")
        event = make_event(
            code=f"event-{number}", title=f"Evening {number}", kind=kind, starts_at=starts, authority=council,
            ends_at=starts + datetime.timedelta(hours=2), place="Civic Centre", capacity=20,
        )  # fmt: skip
        with time_machine.travel(moment("2026-08-20 10:00"), tick=False):
            booking = Booking.objects.create(event=event, enquiry=make_enquiry(), persons=2)
        Attendance.objects.create(
            booking=booking, session=event.sessions.get(), persons=number % 3, recorded_at=moment("2026-09-20 10:00")
        )
        sent = moment("2026-09-21 09:00")
        answer = {"score": number, "answered_at": moment("2026-09-22 09:00"), "comment": "Ms Lovelace was kind"}
        Survey.objects.create(
            enquiry=make_enquiry(chosen_authority=council), occasion="first_contact", idempotency_key=f"k{number}",
            token_sha256=f"{number:064}", sent_at=sent, expires_at=sent + datetime.timedelta(days=60),
            **(answer if number > 1 else {}),
        )  # fmt: skip
        registers.record_hours(
            by=worker, on=datetime.date(2026, 9, number), kind=kinds["visits" if number % 2 else "other"],
            quarters=number, authority=council,
        )  # fmt: skip
    for council, by in ((gateshead, gateshead_worker), (newcastle, newcastle_worker)):
        for month in (6, 7, 8, 9):
            if (council, month) != (newcastle, 8):
                values = {"L01": 40 + month, "L02": month, "L05": 9}
                record_figures(authority=council, month=datetime.date(2026, month, 1), values=values, by=by)
    source = {"source": "Own", "source_on": datetime.date(2023, 5, 1)}
    set_baseline(by=manager, code="M02", quarter=2, value=4, **source)


@pytest.mark.parametrize(("period", "build"), [(SEPTEMBER, build_return), (Q2, build_quarterly_return)])
def test_behind_every_cell_is_exactly_what_it_counts(kept, period, build):
    table = ReturnTable(build(period, NOW))
    opened = 0
    for row in table.rows:
        for area, _ in table.columns if row.line in OPENERS else ():
            where = None if area == "total" else area
            things = things_behind(row.line, period, NOW, key=row.key, area=where)
            value = row.cell(area).value
            amounts = [thing.amount for thing in things]
            if row.unit == "score":
                assert value == (round(sum(amounts) / len(amounts), 1) if amounts else None), (row.line, area)
            else:
                assert (value if isinstance(value, int | float) else 0) == sum(amounts), (row.line, area)
            opened += bool(things)
    assert opened > 20


def test_every_line_that_is_kept_or_sent_opens_or_is_worked_out(kept):
    lines = {row.line for row in ReturnTable(build_return(SEPTEMBER, NOW)).rows}
    lines |= {row.line for row in ReturnTable(build_quarterly_return(Q2, NOW)).rows}
    assert set(OPENERS) - lines == set()
    kept_or_sent = {line for line in lines if line[:3] in ("M27", "M28", "M29", "M30", "K06", "K12", "K14", "K15")
                    or line.startswith("L")}  # fmt: skip
    assert kept_or_sent - set(OPENERS) == {"L03", "K15 change"}


def test_what_came_later_is_not_behind_it(kept, in_october, gateshead, gateshead_worker):
    in_october.shift(datetime.timedelta(days=1))
    record_figures(authority=gateshead, month=SEPTEMBER.first, values={"L01": 1}, by=gateshead_worker)
    (thing,) = things_behind("L01", SEPTEMBER, NOW, area=gateshead.gss_code)
    assert (thing.amount, thing.about) == (49, "Version 1, sent 5 October 2026, in the portal")


def address(period: Period, line: str, **asked) -> str:
    return reverse("return_figure", kwargs={"period": period, "line": line}, query=asked)


def test_the_pages_open_and_say_nobodys_words(kept, sign_in, manager):
    drafting.draft_return(period=SEPTEMBER, by=manager)
    client = sign_in(manager)
    sessions = client.get(address(SEPTEMBER, "M28-held")).content.decode()
    assert "Evening 1" in sessions and "11 September 2026" in sessions and "Civic Centre" in sessions
    answers = client.get(address(SEPTEMBER, "M30-score")).content.decode()
    assert "After the first conversation" in answers and "Lovelace" not in answers and "Khalid" not in answers
    hours = client.get(address(SEPTEMBER, "M27-by-kind", key="visits")).content.decode()
    assert "Visits and meetings" in hours and "0.25" in hours and "Something else" not in hours
    assert "Version 1, sent 5 October 2026" in client.get(address(SEPTEMBER, "L01")).content.decode()
    assert client.get(address(SEPTEMBER, "L03")).status_code == 404


def test_each_look_is_logged_and_wants_the_same_rights(kept, sign_in, manager):
    drafting.draft_return(period=SEPTEMBER, by=manager)
    sign_in(manager).get(address(SEPTEMBER, "M28-held"))
    assert AccessLog.objects.get(action="figure_opened").reference == "2026-09 M28 held total"
    for role in ("hub_worker", "cluster_lead"):
        assert sign_in(someone(role)).get(address(SEPTEMBER, "M28-held")).status_code == 403


def test_a_change_opens_to_the_enquiries_of_the_quarter(kept, sign_in, manager, make_enquiry):
    make_enquiry(received_at=moment("2026-09-10 11:00"))
    drafting.draft_return(period=Q2, by=manager)
    page = sign_in(manager).get(address(Q2, "K01"))
    assert len(page.context["figure"].cases) == page.context["figure"].cell.numerator > 0


def test_the_return_links_what_opens(kept, sign_in, manager):
    drafting.draft_return(period=SEPTEMBER, by=manager)
    page = sign_in(manager).get(reverse("return_page", args=[SEPTEMBER])).content.decode()
    assert (
        "/figures/M28-held/?area=total&amp;version=1" in page and "/figures/L01/?area=E08000037&amp;version=1" in page
    )
    assert "/figures/L03/" not in page
