"""Risks, issues and the hub's plan: versions that add up to a history, and what a return keeps of them."""

import datetime
import io

import openpyxl
import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse

from hub.errors import Refused
from reporting.exports.pdf import to_html
from reporting.exports.xlsx import to_xlsx
from reporting.layout import ReturnTable
from reporting.measures import Period
from reporting.registers import services
from reporting.registers.models import PlanMilestone, Risk
from reporting.registers.snapshot import register_of
from tests.conftest import moment
from tests.reporting.documents import NAMES, document

SEPTEMBER, NOW = Period.month("2026-09"), moment("2026-10-05 12:00")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture
def risk(data_officer):
    def make(title: str = "Two of us leave", **changes) -> Risk:
        fields = {
            "kind": "risk", "owner": data_officer, "likelihood": 3, "impact": 4, "mitigation": "Train two more.",
            "review_on": day("2026-11-01"), "is_open": True,
        }  # fmt: skip
        return services.save_risk(by=data_officer, **{**fields, "title": title, **changes})

    return make


@pytest.fixture
def milestone(data_officer):
    def make(what: str = "Website live", due: str = "2026-09-30", **changes) -> PlanMilestone:
        fields = {"due_on": day(due), "done_on": None, "note": "", "is_dropped": False}
        return services.save_milestone(by=data_officer, what=what, **{**fields, **changes})

    return make


def typed(**changes) -> dict:
    fields = {
        "kind": "issue", "title": "No interpreter", "likelihood": "5", "impact": "2", "mitigation": "",
        "review_on_day": "1", "review_on_month": "12", "review_on_year": "2026",
    }  # fmt: skip
    return {**fields, **changes}


def test_a_change_is_another_version_and_the_latest_counts(risk, manager):
    first = risk()
    second = risk(number=1, seen=1, likelihood=5)
    assert (first.number, first.version, second.number, second.version, second.score) == (1, 1, 1, 2, 20)
    assert risk("Another").number == 2
    assert [one.score for one in Risk.objects.as_known(NOW)] == [20, 12]


def test_the_same_again_is_no_other_version(risk):
    risk()
    assert risk(number=1, seen=1).version == 1 and Risk.objects.count() == 1


def test_nobodys_change_is_overwritten_unseen(risk):
    risk()
    risk(number=1, seen=1, impact=5)
    with pytest.raises(services.Overtaken, match="Owen Data changed this"):
        risk(number=1, seen=1, likelihood=1)


def test_the_database_changes_no_version(risk, milestone):
    for kept in (risk(), milestone()):
        for write in (lambda kept=kept: type(kept).objects.update(version=9), kept.delete):
            with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
                write()


def test_the_list_has_the_highest_score_first_and_marks_what_is_overdue(sign_in, worker, risk):
    risk("Low", likelihood=1, impact=1)
    risk("High", likelihood=5, impact=5, review_on=day("2026-10-04"))
    risk("Over", is_open=False)
    page = sign_in(worker).get(reverse("risks"))
    register = page.context["register"]
    assert [one.title for one in register.open] == ["High", "Low"] and [one.title for one in register.closed] == [
        "Over"
    ]
    shown = page.content.decode()
    assert "Overdue since 4 October 2026" in shown and "1 is overdue for a look" in shown


def test_a_review_due_today_is_not_overdue(risk):
    assert not risk(review_on=day("2026-10-05")).is_overdue


def test_a_manager_adds_and_changes_on_the_pages(sign_in, manager):
    client = sign_in(manager)
    client.post(reverse("risk_new"), typed(owner=str(manager.pk)))
    assert Risk.objects.get().title == "No interpreter"
    changed = typed(owner=str(manager.pk), seen="1", impact="4", is_closed="on")
    client.post(reverse("risk", args=[1]), changed)
    latest = Risk.objects.get(version=2)
    assert (latest.impact, latest.is_open) == (4, False)
    shown = client.get(reverse("risk", args=[1])).content.decode()
    assert "How bad: 4; Open: no" in shown and "Added" in shown


def test_whoever_was_overtaken_keeps_what_they_typed_and_may_save_again(sign_in, manager, risk):
    risk()
    risk(number=1, seen=1, impact=5)
    client = sign_in(manager)
    mine = typed(owner=str(manager.pk), seen="1", title="My words")
    answer = client.post(reverse("risk", args=[1]), mine)
    shown = answer.content.decode()
    assert "changed this while you were writing" in shown and "My words" in shown
    assert 'name="seen" value="2"' in shown
    client.post(reverse("risk", args=[1]), {**mine, "seen": "2"})
    assert Risk.objects.get(version=3).title == "My words"


@pytest.mark.parametrize(("field", "value"), [("likelihood", "6"), ("impact", ""), ("owner", "0"), ("title", "")])
def test_what_is_missing_is_said(sign_in, manager, field, value):
    answer = sign_in(manager).post(reverse("risk_new"), typed(owner=str(manager.pk)) | {field: value})
    assert field in answer.context["form"].errors and not Risk.objects.exists()


def test_the_plan_says_how_each_stands(sign_in, worker, milestone):
    milestone("Late")
    milestone("In time", "2026-10-31")
    milestone("Done late", done_on=day("2026-10-01"))
    milestone("Done", done_on=day("2026-09-30"))
    milestone("Dropped", is_dropped=True)
    states = {one.what: one.state for one in sign_in(worker).get(reverse("plan")).context["plan"]}
    assert states == {
        "Late": "Late", "In time": "To do", "Done late": "Done late", "Done": "Done", "Dropped": "No longer planned",
    }  # fmt: skip


def test_nothing_is_done_on_a_day_to_come(milestone):
    with pytest.raises(Refused, match="still to come"):
        milestone(done_on=day("2026-10-06"))


def test_a_milestone_by_the_pages(sign_in, data_officer):
    client = sign_in(data_officer)
    due = {"due_on_day": "1", "due_on_month": "11", "due_on_year": "2026"}
    client.post(reverse("milestone_new"), {"what": "Radio", **due})
    both = {"what": "Radio", **due, "is_dropped": "on", "done_on_day": "1", "done_on_month": "10",
            "done_on_year": "2026", "seen": "1"}  # fmt: skip
    answer = client.post(reverse("milestone", args=[1]), both)
    assert "either done or no longer planned" in answer.content.decode()
    both.pop("is_dropped")
    client.post(reverse("milestone", args=[1]), both)
    assert PlanMilestone.objects.get(version=2).state == "Done"


@pytest.mark.parametrize("name", ["risk", "milestone"])
def test_what_is_not_there(sign_in, manager, name):
    assert sign_in(manager).get(reverse(name, args=[7])).status_code == 404


@pytest.mark.parametrize("name", ["risks", "plan", "risk_new", "milestone_new"])
def test_councils_and_leads_have_no_registers(request, sign_in, name):
    for person in ("cluster_lead", "gateshead_worker"):
        assert sign_in(request.getfixturevalue(person)).get(reverse(name)).status_code == 403


def test_a_worker_reads_and_does_not_write(sign_in, worker, risk):
    risk()
    client = sign_in(worker)
    assert client.get(reverse("risk", args=[1])).status_code == 403
    assert reverse("risk_new") not in client.get(reverse("risks")).content.decode()
    with pytest.raises(Refused):
        services.save_milestone(by=worker, what="Mine", due_on=day("2026-12-01"))


def test_a_return_keeps_them_as_they_were_at_its_moment(risk, milestone, in_october):
    risk(review_on=day("2026-10-01"))
    milestone()
    in_october.move_to(moment("2026-10-08 10:00"))
    risk(number=1, seen=1, impact=5)
    risk("Later")
    milestone(number=1, seen=1, done_on=day("2026-10-07"))
    kept = register_of(SEPTEMBER, NOW)
    assert [(one["title"], one["score"]) for one in kept["risks"]] == [("Two of us leave", 12)]
    assert kept["risks"][0] == {
        "number": 1, "kind": "risk", "title": "Two of us leave", "owner": "Owen Data", "likelihood": 3, "impact": 4,
        "score": 12, "mitigation": "Train two more.", "review_on": "2026-10-01",
        "state": "open",
    }  # fmt: skip
    assert kept["milestones"] == [
        {"number": 1, "what": "Website live", "due_on": "2026-09-30", "done_on": None, "note": ""}
    ]
    now = register_of(SEPTEMBER, moment("2026-10-08 12:00"))
    seen = ReturnTable({**document(registers=kept), "as_at": NOW.isoformat()}, NAMES)
    assert seen.risks[0]["review"] == "Overdue since 1 October 2026" and seen.milestones[0]["state"] == "Late"
    assert [one["score"] for one in now["risks"]] == [15, 12] and now["milestones"][0]["done_on"] == "2026-10-07"


def test_what_ended_before_the_period_is_left_out(risk, milestone):
    risk(is_open=False)
    milestone(done_on=day("2026-08-31"))
    milestone("In the month", done_on=day("2026-09-01"))
    milestone("Dropped", is_dropped=True)
    kept = register_of(Period.month("2026-10"), NOW)
    assert len(kept["risks"]) == 1 and kept["milestones"] == []
    assert register_of(Period.month("2026-11"), moment("2026-11-30 12:00"))["risks"] == []
    assert [one["what"] for one in register_of(SEPTEMBER, NOW)["milestones"]] == ["In the month"]


def test_nothing_kept_is_two_empty_lists(hub):
    assert register_of(SEPTEMBER, NOW) == {"risks": [], "milestones": []}


def test_the_files_of_a_return_have_them(risk, milestone):
    risk(title="=HYPERLINK(1)", mitigation="<b>Train</b>")
    milestone()
    whole = document(registers=register_of(SEPTEMBER, NOW))
    table = ReturnTable(whole, NAMES)
    assert (table.risks[0]["review"], table.risks[0]["kind_name"]) == ("1 November 2026", "Risk")
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(whole, NAMES)))
    assert book["Risks and issues"]["C2"].value == "=HYPERLINK(1)" and book["Risks and issues"]["C2"].data_type == "s"
    assert book["Plan"]["D2"].value == "Late"
    page = to_html(whole, NAMES)
    assert "Risks and issues" in page and "&lt;b&gt;Train" in page and "Website live" in page
    assert "Risks and issues" not in to_html(document(), NAMES)
