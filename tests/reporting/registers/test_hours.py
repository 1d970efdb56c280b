"""Hours of support: recorded, taken back, and in the return (measures.md, M27)."""

import datetime

import pytest
import time_machine
from django.db import ProgrammingError, transaction
from django.urls import reverse

from hub.errors import Refused
from hub.models import Membership
from reporting.layout import ReturnTable
from reporting.measures import Period
from reporting.registers import services
from reporting.registers.models import SupportHours, SupportKind
from reporting.returns import build_return
from reporting.suppression import suppress
from tests.conftest import moment

SEPTEMBER, AS_AT = Period.month("2026-09"), moment("2026-10-05 12:00")
GATESHEAD, NEWCASTLE = "E08000037", "E08000021"


def m27(period=SEPTEMBER, as_at=AS_AT) -> list[dict]:
    return [line for line in build_return(period, as_at)["lines"] if line["code"] == "M27"]


@pytest.fixture
def record(worker, kinds):
    def make(on: str, quarters: int, kind: str = "one_to_one", **fields) -> SupportHours:
        day = datetime.date.fromisoformat(on)
        return services.record_hours(by=worker, on=day, kind=kinds[kind], quarters=quarters, **fields)

    return make


def typed(**changes) -> dict:
    fields = {
        "on_day": "14", "on_month": "9", "on_year": "2026", "kind": "training", "quarters": "1.5", "council": "all",
    }  # fmt: skip
    return {**fields, **changes}


def test_no_line_where_no_hours_were_ever_recorded(authorities):
    assert m27() == []


def test_the_hours_of_the_month_in_all_and_by_kind(record, gateshead, newcastle):
    record("2026-09-01", 5, authority=gateshead)
    record("2026-09-30", 2, "training", authority=newcastle)
    record("2026-09-15", 4)  # for all
    record("2026-08-31", 9)
    record("2026-10-01", 9)
    line, by_kind = m27()
    assert (line["total"], line["unallocated"], line["unit"]) == (2.75, 1.0, "hours")
    assert line["authorities"] == {NEWCASTLE: 0.5, "E08000024": 0.0, GATESHEAD: 1.25}
    assert by_kind["values"]["one_to_one"]["total"] == 2.25 and by_kind["values"]["training"]["total"] == 0.5
    assert by_kind["values"]["visits"]["total"] == 0.0 and by_kind["labels"]["visits"] == "Visits and meetings"


def test_a_month_without_hours_is_nought_once_there_are_some(record):
    record("2026-10-02", 1)
    assert m27()[0]["total"] == 0.0


def test_what_was_recorded_or_taken_back_later_is_not_known_before(record, worker, in_october):
    entry = record("2026-09-10", 8)
    before = moment("2026-10-05 12:00")
    in_october.move_to(moment("2026-10-06 10:00"))
    record("2026-09-11", 2)
    services.void_hours(entry=entry, by=worker, reason="Twice")
    assert m27(as_at=before)[0]["total"] == 2.0
    assert m27(as_at=moment("2026-10-06 12:00"))[0]["total"] == 0.5
    assert m27(as_at=moment("2026-10-01 12:00")) == []


def test_an_authority_that_left_has_no_column_and_its_hours_are_unallocated(record, newcastle):
    record("2026-09-10", 4, authority=newcastle)
    Membership.objects.filter(authority=newcastle).update(ends_on=datetime.date(2026, 8, 31))
    line = m27()[0]
    assert NEWCASTLE not in line["authorities"] and (line["total"], line["unallocated"]) == (1.0, 1.0)


def test_a_kind_withdrawn_keeps_its_hours(record, kinds, manager):
    record("2026-09-10", 4, "buddies")
    services.save_kind(by=manager, kind=kinds["buddies"], label="Buddies", offered=False)
    services.save_kind(by=manager, kind=kinds["training"], label="Training", offered=False)
    values = m27()[1]["values"]
    assert values["buddies"]["total"] == 1.0 and "training" not in values


def test_the_return_is_read_with_the_names_of_the_kinds(record):
    record("2026-09-10", 5)
    table = ReturnTable(build_return(SEPTEMBER, AS_AT))
    section = next(section for section in table.sections if section.slug == "support")
    plain, by_kind = section.groups
    assert plain.rows[0].total.text == "1.25"
    assert (by_kind.title, by_kind.rows[0].name) == (
        "Support hours by kind of support",
        "Talking with people one to one",
    )


def test_hours_are_no_small_number_to_hide(record):
    record("2026-09-10", 5)
    line = next(line for line in suppress(build_return(SEPTEMBER, AS_AT))["lines"] if line["code"] == "M27")
    assert line["total"] == 1.25


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"on": datetime.date(2026, 10, 6)}, "last year up to today"),
        ({"on": datetime.date(1900, 1, 1)}, "last year up to today"),
        ({"quarters": 0}, "from a quarter of an hour"),
        ({"quarters": 401}, "from a quarter of an hour"),
    ],
)
def test_what_cannot_be_is_refused(worker, kinds, change, sentence):
    entry = {"on": datetime.date(2026, 9, 1), "kind": kinds["visits"], "quarters": 4}
    with pytest.raises(Refused, match=sentence):
        services.record_hours(by=worker, **{**entry, **change})
    assert not SupportHours.objects.exists()


def test_an_authority_that_was_no_member_is_refused(record, authorities):
    with pytest.raises(Refused, match="was not part of the hub"):
        record("2026-09-01", 4, authority=authorities["Leeds"])


def test_the_database_changes_no_entry(record):
    entry = record("2026-09-10", 4)
    for write in (lambda: SupportHours.objects.update(quarters=8), entry.delete):
        with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
            write()


def test_an_entry_is_taken_back_once_and_says_why(record, worker):
    entry = record("2026-09-10", 4)
    with pytest.raises(Refused, match="Say why"):
        services.void_hours(entry=entry, by=worker, reason=" ")
    services.void_hours(entry=entry, by=worker, reason="Twice")
    with pytest.raises(Refused, match="already"):
        services.void_hours(entry=entry, by=worker, reason="Again")


def test_staff_record_on_the_page_and_the_choice_is_kept_for_the_next(sign_in, worker, kinds, gateshead):
    client = sign_in(worker)
    answer = client.post(reverse("support_hours"), typed(council=GATESHEAD, note="Evening"), follow=True)
    entry = SupportHours.objects.get()
    assert (entry.quarters, entry.authority, entry.kind.code, entry.note) == (6, gateshead, "training", "Evening")
    assert "1.5 hours recorded for 14 September 2026" in answer.content.decode()
    assert (
        answer.context["form"]["kind"].initial == "training" and answer.context["form"]["council"].initial == GATESHEAD
    )


def test_a_form_sent_twice_is_one(sign_in, worker, kinds, authorities):
    client = sign_in(worker)
    for _ in range(2):
        client.post(reverse("support_hours"), typed(once="a" * 32))
    assert SupportHours.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "quarters"), [("1.5", 6), ("0,25", 1), ("1:45", 7), ("2h", 8), ("1h30", 6), ("½", 2), ("100", 400)]
)
def test_hours_as_people_write_them(sign_in, worker, kinds, authorities, text, quarters):
    sign_in(worker).post(reverse("support_hours"), typed(quarters=text))
    assert SupportHours.objects.get().quarters == quarters


@pytest.mark.parametrize("text", ["", "0", "-1", "1.1", "0:20", "x", "100.25", "1e9999", "NaN", "99999999999"])
def test_what_are_no_hours(sign_in, worker, kinds, authorities, text):
    answer = sign_in(worker).post(reverse("support_hours"), typed(quarters=text))
    assert "Enter " in str(answer.context["form"].errors["quarters"]) and not SupportHours.objects.exists()


def test_what_was_taken_back_is_struck_through_and_not_in_the_sum(sign_in, worker, record):
    record("2026-10-01", 4)
    wrong = record("2026-10-02", 40)
    client = sign_in(worker)
    answer = client.post(reverse("support_hours_void", args=[wrong.pk]), {"reason": "Ten times too much"}, follow=True)
    page = answer.content.decode()
    assert "Taken back by Ruth Worker: Ten times too much" in page and "<s>10</s>" in page
    assert answer.context["month"].total == 1


@pytest.mark.parametrize("asked", ["2026-09", "2027-01", "1999-01", "x", ""])
def test_the_list_of_a_month(sign_in, worker, record, asked):
    record("2026-09-10", 4)
    answer = sign_in(worker).get(reverse("support_hours"), {"month": asked})
    month = answer.context["month"]
    assert (str(month.period), len(month.entries)) == (
        ("September 2026", 1) if asked == "2026-09" else ("October 2026", 0)
    )


def test_the_page_costs_the_same_however_many_there_are(sign_in, worker, record, django_assert_num_queries):
    client = sign_in(worker)
    record("2026-10-01", 4)
    client.get(reverse("support_hours"))
    with django_assert_num_queries(10, exact=False) as asked:
        client.get(reverse("support_hours"))
    for _ in range(5):
        record("2026-10-01", 4)
    with django_assert_num_queries(len(asked)):
        client.get(reverse("support_hours"))


@pytest.mark.parametrize("person", ["cluster_lead", "gateshead_worker"])
def test_others_record_none(request, sign_in, person, kinds):
    someone = request.getfixturevalue(person)
    assert sign_in(someone).get(reverse("support_hours")).status_code == 403
    with pytest.raises(Refused):
        services.record_hours(by=someone, on=datetime.date(2026, 9, 1), kind=kinds["visits"], quarters=4)


def test_a_manager_adds_renames_and_withdraws_a_kind(sign_in, manager, kinds):
    client = sign_in(manager)
    client.post(reverse("support_kinds"), {"label": "Drop-ins", "code": "drop_in"})
    added = SupportKind.objects.get(code="drop_in")
    client.post(reverse("support_kind", args=[added.pk]), {"label": "Drop-in mornings"})
    added.refresh_from_db()
    assert (added.label, added.offered) == ("Drop-in mornings", False)
    again = client.post(reverse("support_kinds"), {"label": "Other", "code": "drop_in"})
    assert "already" in str(again.context["form"].errors["code"])


def test_the_last_kind_stays(manager, kinds):
    SupportKind.objects.exclude(code="other").update(offered=False)
    with pytest.raises(Refused, match="only kind"):
        services.save_kind(by=manager, kind=kinds["other"], label="Other", offered=False)


def test_a_worker_sets_up_no_kinds(sign_in, worker, kinds):
    assert sign_in(worker).get(reverse("support_kinds")).status_code == 403
    with pytest.raises(Refused):
        services.save_kind(by=worker, label="Mine", code="mine")


def test_hours_of_29_february_count_in_february(record):
    with time_machine.travel(moment("2028-02-29 10:00"), tick=False):
        record("2028-02-29", 4)
    assert m27(Period.month("2028-02"), moment("2028-03-01 09:00"))[0]["total"] == 1.0
