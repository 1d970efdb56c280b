"""The figures that councils send each month (measures.md, L01 to L07)."""

import datetime

import pytest
import time_machine
from django.db import DatabaseError, transaction

from handover.figures.known import CODES
from handover.figures.months import is_asked_for, months_of
from handover.figures.nudge import ask_for_missing_figures
from handover.figures.plausible import questions
from handover.figures.services import figures_for, latest_of, record_figures
from handover.models import MonthlyFigures
from hub.errors import Refused
from hub.models import Membership, Message, User
from tests.conftest import moment
from tests.factories import someone

OCTOBER, SEPTEMBER = datetime.date(2026, 10, 1), datetime.date(2026, 9, 1)
VALUES = {"L01": 120, "L02": 2, "L04": 190, "L05": 95, "L06": 1, "L07": 8}
TYPED = {"l01": "120", "l02": "2", "l04": "190", "l05": "95", "l06": "1", "l07": "8", "remarks": "", "asked": ""}


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel(moment("2026-11-20 10:00")):
        yield


@pytest.fixture
def send(gateshead, gateshead_worker):
    """send({"L01": 3}) records Gateshead's October."""

    def record(values=VALUES, **changes):
        details = {"authority": gateshead, "month": OCTOBER, "by": gateshead_worker, **changes}
        return record_figures(values=values, **details)

    return record


def test_what_is_left_out_is_not_supplied_and_zero_is_zero(send, gateshead):
    sent = send({"L01": 0, "L02": None})
    assert sent.values == {"L01": 0, **dict.fromkeys(CODES[1:])}
    assert figures_for(OCTOBER)[gateshead] == sent.values


def test_the_latest_version_counts_and_the_earlier_stays(send, gateshead):
    first, second = send(), send({**VALUES, "L01": 121}, remarks="One was forgotten")
    assert (first.version, second.version) == (1, 2)
    assert latest_of(gateshead, OCTOBER) == second
    assert figures_for(OCTOBER)[gateshead]["L01"] == 121
    assert MonthlyFigures.objects.count() == 2


def test_the_same_again_is_no_other_version(send):
    assert send() == send()
    assert MonthlyFigures.objects.count() == 1


def test_figures_can_be_taken_back(send, gateshead):
    send()
    send({})
    assert figures_for(OCTOBER)[gateshead] is None
    assert months_of(gateshead)[1].said == "Not supplied"


def test_nothing_at_all_is_refused(send):
    with pytest.raises(Refused, match="at least one"):
        send({})


@pytest.mark.parametrize("how", ["update", "delete", "save"])
def test_the_database_refuses_changes(send, how):
    sent = send()
    rows = MonthlyFigures.objects.filter(pk=sent.pk)
    work = {"update": lambda: rows.update(satellites=1), "delete": rows.delete, "save": sent.save}[how]
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        work()


@pytest.mark.parametrize("value", [-1, 100_001, 1.5, "12", True])
def test_only_whole_numbers_from_nought(send, value):
    with pytest.raises(Refused, match="whole number"):
        send({"L01": value})


@pytest.mark.parametrize(
    ("values", "said"), [({"L03": 1}, "no figure L03"), ({"l01": 1}, "no figure l01"), ({"M02": 1}, "no figure M02")]
)
def test_codes_that_nobody_sends(send, values, said):
    with pytest.raises(Refused, match=said):
        send(values)


@pytest.mark.parametrize("month", ["2026-12-01", "2027-10-01", "2023-08-31"])
def test_no_month_to_come_and_none_before_membership(send, month):
    with pytest.raises(Refused, match="no figures"):
        send(month=datetime.date.fromisoformat(month))


def test_any_day_of_a_month_means_the_month(send):
    assert send(month=datetime.date(2026, 11, 19)).month == datetime.date(2026, 11, 1)


@pytest.mark.parametrize(("last", "asked"), [("2026-10-01", True), ("2026-09-30", False)])
def test_a_member_on_one_day_of_the_month_is_asked(gateshead, last, asked):
    Membership.objects.filter(authority=gateshead).update(ends_on=last)
    assert is_asked_for(gateshead, OCTOBER) is asked
    assert (gateshead in figures_for(OCTOBER)) is asked


@pytest.mark.parametrize("who", ["newcastle_worker", "cluster_lead", "worker"])
def test_nobody_sends_anothers(request, send, who):
    with pytest.raises(Refused, match="your own council"):
        send(by=request.getfixturevalue(who))


def test_the_hub_records_for_a_council_that_rang(send, data_officer):
    assert send(by=data_officer, via="hub").via == "hub"


def test_members_that_sent_nothing_are_there_as_not_supplied(send, gateshead, authorities):
    send()
    found = figures_for(OCTOBER)
    assert {one.name for one in found} == {"Gateshead", "Newcastle upon Tyne", "Sunderland"}
    assert [one.name for one, values in found.items() if values is None] == ["Newcastle upon Tyne", "Sunderland"]


@pytest.mark.parametrize(
    ("changes", "before", "approved", "asked"),
    [
        ({}, VALUES, 0, []),
        ({}, {}, 0, []),
        ({"L01": 144}, VALUES, 30, []),  # exactly a fifth more
        ({"L01": 145}, VALUES, 30, ["L01"]),
        ({"L02": 7}, VALUES, 9, []),  # more than a fifth, and not more than 5
        ({"L02": 8}, VALUES, 9, ["L02"]),
        ({"L05": 0}, VALUES, 0, ["L05"]),
        ({"L06": 0, "L07": 0}, VALUES, 0, ["L06", "L07"]),
        ({"L01": None}, VALUES, 0, []),
        ({"L01": 121}, VALUES, 1, ["L02"]),  # more households, though more went than came
        ({"L01": 121}, VALUES, 2, []),
        ({"L04": 100}, {}, 0, ["L04"]),
        ({"L04": 241}, {}, 0, ["L04"]),
        ({"L05": 361}, {}, 0, ["L05"]),
        ({"L05": 360}, {}, 0, []),
        ({"L06": 0}, {}, 0, ["L07"]),
        ({"L07": 11}, {}, 0, ["L07"]),
        ({"L07": 0}, {}, 0, ["L07"]),
        ({"L06": 0, "L07": 0}, {}, 0, []),
        (dict.fromkeys(CODES), VALUES, 0, []),
    ],
)
def test_what_is_odd_is_asked(changes, before, approved, asked):
    assert sorted(questions({**VALUES, **changes}, before, approved)) == asked


# The portal's pages.


@pytest.fixture
def client_of(sign_in, gateshead_worker):
    return sign_in(gateshead_worker)


def test_the_months_with_their_states(client_of, send):
    send()
    send({**VALUES, "L01": 121})
    send(month=SEPTEMBER)
    html = client_of.get("/portal/figures/").content.decode()
    assert html.index("November 2026") < html.index("October 2026") < html.index("September 2026")
    assert html.count("Changed since") == 1 and html.count(">Sent<") >= 1 and "Not supplied" in html


def test_a_form_of_plausible_figures_is_taken_at_once(client_of, gateshead, gateshead_worker):
    answer = client_of.post("/portal/figures/2026-10/", TYPED)
    assert answer.url == "/portal/figures/"
    sent = latest_of(gateshead, OCTOBER)
    assert (sent.values, sent.via, sent.sent_by) == (VALUES, "form", gateshead_worker)


def test_the_month_before_stands_beside(client_of, send):
    send({**VALUES, "L05": None}, month=SEPTEMBER)
    html = client_of.get("/portal/figures/2026-10/").content.decode()
    assert "September: 120." in html and "September: not supplied." in html


def test_what_is_odd_comes_back_once_and_is_then_taken(client_of, send, gateshead):
    send(month=SEPTEMBER)
    answer = client_of.post("/portal/figures/2026-10/", {**TYPED, "l01": "12", "l04": "20", "l05": "9"})
    html = answer.content.decode()
    assert "Is this right?" in html and "12, and 120 the month before" in html and 'value="12"' in html
    assert latest_of(gateshead, OCTOBER) is None
    asked = answer.context["form"]["asked"].value()
    again = {**TYPED, "l01": "12", "l04": "20", "l05": "9", "asked": asked, "remarks": "We merged two registers"}
    assert client_of.post("/portal/figures/2026-10/", again).url == "/portal/figures/"
    assert latest_of(gateshead, OCTOBER).remarks == "We merged two registers"


def test_another_odd_value_is_asked_about_by_itself(client_of, send, gateshead):
    send(month=SEPTEMBER)
    answer = client_of.post("/portal/figures/2026-10/", {**TYPED, "l05": "0"})
    asked = answer.context["form"]["asked"].value()
    answer = client_of.post("/portal/figures/2026-10/", {**TYPED, "l05": "0", "l02": "40", "asked": asked})
    assert [name for name, _ in answer.context["asking"]] == ["l02"]
    assert latest_of(gateshead, OCTOBER) is None


def test_what_we_know_of_approvals_is_counted(client_of, send, make_enquiry, agreement, gateshead):
    from handover.figures.plausible import approved_in
    from handover.milestones import record_milestone
    from handover.services import answer_handover, send_handover

    by = someone("authority_worker", gateshead)
    handover = send_handover(enquiry=make_enquiry("ready"), authority=gateshead, by=someone("hub_worker"))
    handover = answer_handover(handover=handover, by=by, answer="accepted")
    for kind, more in (
        ("application_received", {}), ("stage2_started", {}), ("decided", {"outcome": "approved", "places": 1})
    ):  # fmt: skip
        handover.refresh_from_db()
        record_milestone(handover=handover, by=by, kind=kind, occurred_on=datetime.date(2026, 11, 20), **more)
    assert approved_in(gateshead, datetime.date(2026, 11, 1)) == 1
    assert approved_in(gateshead, OCTOBER) == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"l01": "a dozen"}, "must be a whole number, like 12"),
        ({"l01": "-1"}, "must be 0 or more"),
        ({"l01": "9999999"}, "must be 100,000 or less"),
        ({"l01": "1.5"}, "must be a whole number"),
        (dict.fromkeys(("l01", "l02", "l04", "l05", "l06", "l07"), ""), "Enter at least one figure"),
    ],
)
def test_bad_input_is_shown_again(client_of, typed, said):
    html = client_of.post("/portal/figures/2026-10/", {**TYPED, "remarks": "Kept", **typed}).content.decode()
    assert said in html and "Kept" in html and (typed["l01"] in html)
    assert not MonthlyFigures.objects.exists()


@pytest.mark.parametrize("month", ["2026-12", "2023-08", "0001-01", "9999-12"])
def test_other_months_are_not_there(client_of, month):
    assert client_of.get(f"/portal/figures/{month}/").status_code == 404
    assert client_of.post(f"/portal/figures/{month}/", TYPED).status_code == 404


def test_another_council_sees_none_of_it(sign_in, send, newcastle_worker):
    send(remarks="Gateshead’s own words")
    client = sign_in(newcastle_worker)
    for path in ("", "2026-10/"):
        html = client.get(f"/portal/figures/{path}").content.decode()
        assert "Gateshead" not in html and "190" not in html


@pytest.mark.parametrize("who", ["worker", "manager", "cluster_lead"])
def test_the_portal_is_for_councils(request, sign_in, who):
    client = sign_in(request.getfixturevalue(who))
    assert client.get("/portal/figures/").status_code == client.get("/portal/figures/2026-10/").status_code == 403
    assert client.post("/portal/figures/2026-10/", TYPED).status_code == 403


def test_the_wrong_method(client_of):
    assert client_of.post("/portal/figures/").status_code == 405
    assert client_of.put("/portal/figures/2026-10/").status_code == 405


# The hub's pages.


def test_the_hub_sees_who_has_not_sent_and_records_for_them(sign_in, send, data_officer, newcastle):
    send()
    client = sign_in(data_officer)
    html = client.get("/hub/councils/figures/").content.decode()
    assert "October 2026" in html and "2 of 3 councils have not sent theirs" in html and "190" in html
    path = f"/hub/councils/figures/2026-10/{newcastle.gss_code}/"
    assert client.post(path, TYPED).url == "/hub/councils/figures/2026-10/"
    assert latest_of(newcastle, OCTOBER).via == "hub"


def test_a_hub_without_councils_has_nothing_to_show(sign_in, data_officer):
    assert "No council" in sign_in(data_officer).get("/hub/councils/figures/").content.decode()


def test_the_hub_s_page_knows_where_it_ends(sign_in, data_officer, authorities):
    client = sign_in(data_officer)
    for month in ("2026-12", "2023-08", "0001-01", "9999-12"):
        assert client.get(f"/hub/councils/figures/{month}/").status_code == 404
    for month in ("2026-11", "2023-09"):
        assert client.get(f"/hub/councils/figures/{month}/").status_code == 200
    assert client.get(f"/hub/councils/figures/2026-10/{authorities['Leeds'].gss_code}/").status_code == 404
    assert client.get("/hub/councils/figures/2026-10/E99999999/").status_code == 404


@pytest.mark.parametrize("who", ["worker", "gateshead_worker", "cluster_lead"])
def test_the_hub_s_page_is_for_those_who_draft_the_return(request, sign_in, who, gateshead):
    client = sign_in(request.getfixturevalue(who))
    assert client.get("/hub/councils/figures/").status_code == 403
    assert client.post(f"/hub/councils/figures/2026-10/{gateshead.gss_code}/", TYPED).status_code == 403


# The reminder.


@pytest.fixture
def leads(gateshead, newcastle):
    return [someone("authority_lead", gateshead), someone("authority_lead", newcastle)]


@pytest.mark.parametrize(
    ("at", "asked"),
    [("2026-11-05 09:10", 0), ("2026-11-06 09:10", 2), ("2026-11-07 09:10", 0), ("2026-11-30 09:10", 2)],
)
def test_from_the_fifth_working_day_they_are_asked_once(leads, at, asked):
    assert ask_for_missing_figures(now=moment(at)) == asked
    ask_for_missing_figures(now=moment(at))
    assert Message.objects.filter(template="figures_missing").count() == asked


def test_only_those_whose_figures_are_missing(leads, send):
    send()
    ask_for_missing_figures(now=moment("2026-11-06 09:10"))
    message = Message.objects.get(template="figures_missing")
    assert message.to == leads[1].email
    assert "October 2026" in message.subject and "/portal/figures/2026-10/" in message.body


def test_neither_the_suspended_nor_workers_nor_who_left_nor_where_the_portal_waits(leads, gateshead, newcastle):
    someone("authority_worker", newcastle)
    User.objects.filter(pk=leads[1].pk).update(is_active=False)
    Membership.objects.filter(authority=gateshead).update(ends_on="2026-10-31")
    assert ask_for_missing_figures(now=moment("2026-11-06 09:10")) == 0
    Membership.objects.filter(authority=gateshead).update(ends_on=None)
    gateshead.portal = "not_ready"
    gateshead.save()
    assert ask_for_missing_figures(now=moment("2026-11-06 09:10")) == 0
