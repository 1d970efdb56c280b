"""Events, training and satisfaction in the returns (measures.md, M28 to M30, K12 and K14)."""

import datetime

import pytest
import time_machine

from enquiries.models import Attendance, Booking, Survey
from reporting.layout import ReturnTable
from reporting.measures import Period
from reporting.returns import build_quarterly_return, build_return
from reporting.suppression import suppress
from tests.conftest import moment
from tests.factories import make_event

SEPTEMBER, AS_AT = Period.month("2026-09"), moment("2026-10-01 09:00")


def lines(document: dict, code: str) -> dict[str, dict]:
    return {line["basis"]: line for line in document["lines"] if line["code"] == code}


@pytest.fixture
def held(gateshead):
    """held("2026-09-14 18:00", kind="training") gives an event of Gateshead's with one session."""

    def make(at: str, **fields):
        starts = moment(at)
        return make_event(
            code=f"event-{at[:10]}-{fields.get('kind', 'information')}", title="Evening", starts_at=starts,
            ends_at=starts + datetime.timedelta(hours=2), place="Civic Centre", capacity=20,
            **{"authority": gateshead, **fields},
        )  # fmt: skip

    return make


def came(event, enquiry, persons: int, at: str) -> None:
    with time_machine.travel(moment("2026-08-20 10:00"), tick=False):
        booking = Booking.objects.create(event=event, enquiry=enquiry, persons=persons)
    Attendance.objects.create(
        booking=booking, session=event.sessions.get(), persons=persons, recorded_at=moment(at), fact=None
    )


def survey(enquiry, number: int, **fields) -> Survey:
    sent = moment("2026-09-10 09:00")
    return Survey.objects.create(
        enquiry=enquiry, occasion="first_contact", idempotency_key=f"k{number}", token_sha256=f"{number:064}",
        **{"sent_at": sent, "expires_at": sent + datetime.timedelta(days=60), **fields},
    )  # fmt: skip


def test_what_the_hub_never_kept_has_no_line(directory):
    assert not any(lines(build_return(SEPTEMBER, AS_AT), code) for code in ("M28", "M29", "M30"))


def test_events_held_in_the_month_and_the_people_who_came(held, make_enquiry, newcastle):
    first = held("2026-09-14 18:00")
    held("2026-09-30 22:30", kind="open_day", authority=newcastle)  # the last evening of the month
    held("2026-10-01 00:30", kind="information", authority=None)
    held("2026-09-20 10:00", kind="training")
    held("2026-09-21 10:00", kind="information", cancelled_at=moment("2026-09-20 09:00"))
    came(first, make_enquiry(), 2, "2026-09-14 20:00")
    came(first, make_enquiry(), 1, "2026-10-02 09:00")  # noted after T
    document = build_return(SEPTEMBER, AS_AT)
    m28 = lines(document, "M28")
    assert (m28["held"]["total"], m28["held"]["authorities"]["E08000037"], m28["held"]["unallocated"]) == (2, 1, 0)
    assert (m28["attended"]["total"], m28["attended"]["authorities"]["E08000021"]) == (2, 0)
    assert lines(document, "M29")["held"]["total"] == 1 and lines(document, "M29")["attended"]["total"] == 0
    assert lines(build_return(SEPTEMBER, moment("2026-10-03 09:00")), "M28")["attended"]["total"] == 3


def test_before_the_month_is_over_only_what_has_begun(held):
    held("2026-09-14 18:00")
    held("2026-09-28 18:00")
    assert lines(build_return(SEPTEMBER, moment("2026-09-15 09:00")), "M28")["held"]["total"] == 1


def test_satisfaction_is_the_mean_of_those_answered_in_the_month(make_enquiry, newcastle):
    answered = {"answered_at": moment("2026-09-15 12:00")}
    for number, score in enumerate((5, 4, 4, 2)):
        survey(make_enquiry(), number, score=score, **answered)
    survey(make_enquiry(), 10)  # asked, and not answered
    survey(make_enquiry(chosen_authority=newcastle), 11, score=1, answered_at=moment("2026-08-31 23:30"))
    m30 = lines(build_return(SEPTEMBER, AS_AT), "M30")
    assert (m30["score"]["total"], m30["answers"]["total"], m30["sent"]["total"]) == (3.8, 4, 6)
    assert m30["score"]["authorities"]["E08000037"] == 3.8 and m30["score"]["authorities"]["E08000021"] is None
    assert m30["sent"]["authorities"]["E08000021"] == 1 and m30["score"]["unallocated"] is None


def test_who_is_not_counted_is_not_asked_for_the_figure(make_enquiry):
    enquiry = make_enquiry("closed")
    survey(enquiry, 1, score=5, answered_at=moment("2026-09-15 12:00"))
    assert lines(build_return(SEPTEMBER, AS_AT), "M30")["answers"]["total"] == 1
    type(enquiry).objects.filter(pk=enquiry.pk).update(closed_reason="kinship")
    assert lines(build_return(SEPTEMBER, AS_AT), "M30")["answers"]["total"] == 0


def test_the_quarter_has_them_as_indicators_in_their_order(held, make_enquiry):
    held("2026-07-14 18:00", kind="training")
    survey(make_enquiry(), 1, score=3, answered_at=moment("2026-08-15 12:00"))
    document = build_quarterly_return(Period.quarter("2026-Q2"), AS_AT)
    assert lines(document, "K14")["held"]["total"] == 1 and lines(document, "K12")["score"]["total"] == 3.0
    codes = [line["code"] for line in document["lines"]]
    assert codes == sorted(codes)


def test_small_numbers_are_hidden_and_the_score_of_few_with_them(make_enquiry):
    for number in range(3):
        survey(make_enquiry(), number, score=5, answered_at=moment("2026-09-15 12:00"))
    hidden = lines(suppress(build_return(SEPTEMBER, AS_AT)), "M30")
    assert hidden["answers"]["total"] == hidden["score"]["total"] == hidden["score"]["authorities"]["E08000037"] == "c"


def test_they_are_read_with_the_return(held, make_enquiry):
    held("2026-09-14 18:00")
    table = ReturnTable(build_return(SEPTEMBER, AS_AT))
    section = next(section for section in table.sections if section.slug == "events")
    assert [row.name for row in section.groups[0].rows] == [
        "Information events held",
        "People who came to information events",
    ]
    assert section.groups[0].rows[0].can_be_opened
