"""A signed return whose facts changed: a new version, what moved, and what moved it."""

import datetime
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from enquiries.casework.services import choose_authority
from enquiries.duplicates.merging import merge_enquiries, undo_merge
from enquiries.models import RoutingDecision
from enquiries.services import record_activity
from handover.figures.services import record_figures
from hub.configuration import Closure
from hub.errors import Refused
from reporting.measures import Period
from reporting.models import Return
from reporting.returns import drafting, narrative, restating, signing
from reporting.returns.differences import moved_between
from tests.conftest import moment
from tests.reporting.returns.kit import SEPTEMBER, confirm, signed_return, total, waiting_for_a_lock

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(signed, enquiry, worker, in_october):
    """A conversation of September that was recorded after the signature."""
    in_october.shift(3600)
    record_activity(
        enquiry=enquiry, kind="conversation", by=worker, channel="phone", occurred_at=moment("2026-09-11 10:00")
    )
    in_october.shift(60)
    return signed


def restate(manager, reason="A call came in late") -> Return:
    return restating.restate_return(period=SEPTEMBER, by=manager, reason=reason)


def movers(ret: Return, user):
    moved, now = restating.moved_since(ret, timezone.now()), timezone.now()
    return restating.movers_of(period=SEPTEMBER, moved=moved, since=ret.as_at, until=now, user=user)


def test_the_new_version_has_todays_figures_and_the_first_stays(late, manager):
    ret = restate(manager)
    first = Return.objects.get(version=1)
    assert (ret.version, ret.status, total(ret, "M05"), total(first, "M05")) == (2, "draft", 1, 0)
    assert first.fingerprint == first.sha256


def test_it_lists_every_figure_that_moved(late, manager):
    moved = {(cell["code"], cell["column"]): (cell["from"], cell["to"]) for cell in restate(manager).restates["moved"]}
    assert moved["M05", "total"] == (0, 1)
    assert moved["M06", "total"] == (
        {"value": 0.0, "numerator": 0, "denominator": 1},
        {"value": 100.0, "numerator": 1, "denominator": 1},
    )
    assert moved["M07", "total"] == (None, 1.0)
    assert ("M02", "total") not in moved


def test_it_names_the_facts_that_moved_them(late, manager, enquiry, worker):
    found = movers(late, manager)
    assert [(fact.enquiry.reference, fact.kind, fact.recorded_by) for fact in found.facts] == [
        (enquiry.reference, "conversation", worker)
    ]
    assert found.unexplained == []


def test_what_was_recorded_of_others_is_not_named(late, manager, make_enquiry, in_october):
    make_enquiry("in_touch", received_at=moment("2026-10-01 11:00"))
    assert len(movers(late, manager).facts) == 1


def test_a_fact_that_was_voided_is_named(late, manager, data_officer, worker, enquiry, in_october):
    ret = confirm(restate(manager), data_officer)
    second = signing.sign_return(ret=ret, by=manager, reviewed=ret.fingerprint)
    in_october.shift(60)
    spoken = enquiry.activities.get(kind="conversation")
    record_activity(enquiry=enquiry, kind="voided", by=worker, voids=spoken, note="Not them")
    assert [(fact.kind, fact.voids.kind) for fact in movers(second, manager).facts] == [("voided", "conversation")]


def test_a_councils_figures_that_came_late_are_named(signed, manager, gateshead, in_october):
    in_october.shift(60)
    record_figures(authority=gateshead, month=SEPTEMBER.first, values={"L01": 30}, by=manager, via="hub")
    in_october.shift(60)
    found = movers(signed, manager)
    assert [sent.authority for sent in found.figures] == [gateshead]
    assert found.unexplained == []


def test_what_nothing_explains_is_said(signed, manager, in_october):
    ret = drafting.draft_return(period=SEPTEMBER.earlier(months=-1), by=manager)
    made_up = moved_between(ret.lines, [{**line, "total": 9} if line["code"] == "M18" else line for line in ret.lines])
    found = restating.movers_of(period=SEPTEMBER, moved=made_up, since=signed.as_at, until=timezone.now(), user=manager)
    assert found.unexplained == ["M18 Applications approved"]


def test_the_narrative_comes_with_it_and_can_be_changed(late, manager):
    ret = restate(manager)
    changed = narrative.save_narrative(
        ret=ret, by=manager, seen=ret.narrative_mark, progress="Corrected", risks="", communications=""
    )
    assert (changed.version, changed.progress) == (2, "Corrected")


def test_it_is_reviewed_and_signed_like_the_first(late, manager, data_officer):
    ret = restate(manager)
    with pytest.raises(Refused, match="Somebody else must review"):
        signing.sign_return(ret=ret, by=manager, reviewed=ret.fingerprint)
    confirm(ret, data_officer)
    ret = signing.sign_return(ret=ret, by=manager, reviewed=ret.fingerprint)
    said = ret.document["restates"]
    assert (said["version"], said["sha256"], said["reason"]) == (1, late.sha256, "A call came in late")
    assert ret.sha256 == ret.fingerprint


def test_refreshing_a_restatement_compares_with_the_signed_version_again(late, manager, make_enquiry, in_october):
    restate(manager)
    make_enquiry(received_at=moment("2026-09-20 11:00"))
    in_october.shift(60)
    ret = drafting.draft_return(period=SEPTEMBER, by=manager)
    moved = {(cell["code"], cell["column"]): (cell["from"], cell["to"]) for cell in ret.restates["moved"]}
    assert (ret.version, moved["M02", "total"]) == (2, (1, 2))


def test_there_is_one_draft_at_a_time(late, manager):
    restate(manager)
    with pytest.raises(Refused, match="There is a draft of September 2026 already"):
        restate(manager)


def test_a_reason_is_needed_and_a_manager(late, manager, data_officer):
    with pytest.raises(Refused, match="Say why"):
        restate(manager, reason="  ")
    with pytest.raises(PermissionDenied):
        restate(data_officer)


def test_the_pages_of_a_restatement(late, sign_in, manager, enquiry):
    client = sign_in(manager)
    page = client.get(reverse("return_restate", args=[SEPTEMBER])).content.decode()
    assert enquiry.reference in page and "First conversations" in page
    answer = client.post(reverse("return_restate", args=[SEPTEMBER]), {"reason": "A call came in late"}, follow=True)
    assert "Version 2 will replace" in " ".join(answer.content.decode().split())
    changes = client.get(reverse("return_changes", args=[SEPTEMBER])).content.decode()
    assert enquiry.reference in changes and "Ruth Worker" in changes
    first = client.get(reverse("return_page", args=[SEPTEMBER]), {"version": "1"}).content.decode()
    assert "This is version 1, as it was signed" in first and late.sha256 in first
    assert client.get(reverse("return_page", args=[SEPTEMBER]), {"version": "9"}).status_code == 404


def test_a_draft_marks_what_changed_since_the_draft_before(draft, sign_in, manager, make_enquiry, in_october):
    in_october.shift(60)
    make_enquiry(received_at=moment("2026-09-11 11:00"))
    in_october.shift(60)
    drafting.draft_return(period=SEPTEMBER, by=manager)
    client = sign_in(manager)
    assert "was 1</span>" in client.get(reverse("return_page", args=[SEPTEMBER])).content.decode()
    changes = client.get(reverse("return_changes", args=[SEPTEMBER]), {"since": "draft"}).content.decode()
    assert "What moved since 5 October 2026, 10:00" in changes


def test_a_first_draft_has_nothing_to_compare_with(draft, sign_in, manager):
    assert sign_in(manager).get(reverse("return_changes", args=[SEPTEMBER])).status_code == 404


def test_a_percentage_whose_cases_moved_is_a_figure_that_moved():
    def share(numerator: int, denominator: int) -> list[dict]:
        cells = {"authorities": {}, "unallocated": {"value": None, "numerator": 0, "denominator": 0}}
        value = 50.0
        return [{"code": "M06", "label": "x", "unit": "percent", "total": value, "numerator": numerator,
                 "denominator": denominator, **cells}]  # fmt: skip

    [moved] = moved_between(share(1, 2), share(2, 4))
    assert (moved["from"]["denominator"], moved["to"]["denominator"]) == (2, 4)
    assert moved_between(share(1, 2), share(1, 2)) == []


def test_a_restatement_reaches_a_merged_household(signed, manager, worker, enquiry, make_enquiry, in_october):
    in_october.shift(datetime.timedelta(minutes=1))
    other = make_enquiry(received_at=moment("2026-09-12 11:00"))
    in_october.shift(datetime.timedelta(minutes=1))
    merge_enquiries(survivor=enquiry, absorbed=other, by=worker)
    in_october.shift(datetime.timedelta(minutes=1))
    assert {fact.kind for fact in movers(signed, manager).facts} == {"received", "merged"}


def test_a_merge_that_was_undone_is_named(manager, data_officer, worker, enquiry, make_enquiry, in_october):
    """It is a fact of the other's, who came in August and is no case of September's enquiries."""
    early = make_enquiry(received_at=moment("2026-08-12 11:00"))
    merge = merge_enquiries(survivor=enquiry, absorbed=early, by=worker)
    in_october.shift(60)
    ret = signed_return(manager, data_officer)
    in_october.shift(60)
    undo_merge(merge=merge, by=worker)
    in_october.shift(60)
    now = timezone.now()
    enquiries = [cell for cell in restating.moved_since(ret, now) if cell["code"] == "M02"]
    found = restating.movers_of(period=SEPTEMBER, moved=enquiries, since=ret.as_at, until=now, user=manager)
    assert [(fact.kind, fact.voids.kind) for fact in found.facts] == [("voided", "merged")]


def test_where_only_the_council_changed_the_routing_is_named(signed, manager, worker, enquiry, authorities, in_october):
    in_october.shift(60)
    choose_authority(enquiry=enquiry, authority=authorities["Sunderland"], by=worker)
    in_october.shift(60)
    found = movers(signed, manager)
    assert [routing.enquiry for routing in found.routings] == [enquiry]
    assert not found.unexplained


def test_that_there_are_more_routings_than_are_listed_is_said():
    assert restating.Movers(routings=[RoutingDecision()] * restating.MOST).is_cut
    assert not restating.Movers(routings=[RoutingDecision()]).is_cut


def test_figures_of_the_quarter_before_are_named_where_they_moved_the_change(
    enquiry, manager, data_officer, gateshead, in_october
):
    quarter = Period.quarter("2026-Q2")
    record_figures(authority=gateshead, month=SEPTEMBER.first, values={"L05": 30}, by=manager, via="hub")
    in_october.shift(60)
    ret = signed_return(manager, data_officer, quarter)
    in_october.shift(60)
    june = datetime.date(2026, 6, 1)
    record_figures(authority=gateshead, month=june, values={"L05": 28}, by=manager, via="hub")
    in_october.shift(60)
    now = timezone.now()
    moved = restating.moved_since(ret, now)
    assert {cell["basis"] for cell in moved} == {"before", "change"}
    found = restating.movers_of(period=quarter, moved=moved, since=ret.as_at, until=now, user=manager)
    assert ([sent.month for sent in found.figures], found.unexplained) == ([june], [])


def test_working_days_that_changed_by_the_calendar_are_not_laid_on_a_record(late, manager, data_officer, in_october):
    second = confirm(restate(manager), data_officer)
    second = signing.sign_return(ret=second, by=manager, reviewed=second.fingerprint)
    in_october.shift(60)
    Closure.objects.create(day=datetime.date(2026, 9, 11), reason="Moved house")
    found = movers(second, manager)
    assert not found.facts and found.unexplained


@pytest.mark.django_db(transaction=True)
def test_of_two_who_restate_at_once_one_is_refused(late, manager, monkeypatch):
    """The first is held before it writes until the second stands at the lock."""
    inside, go, ended = threading.Event(), threading.Event(), []
    honest = restating.fill_in

    def held(*given):
        inside.set()
        assert go.wait(20)
        honest(*given)

    def begin():
        try:
            restate(manager)
            ended.append("begun")
        except Refused as refusal:
            ended.append(str(refusal)[:48])
        finally:
            connections.close_all()

    monkeypatch.setattr(restating, "fill_in", held)
    threads = [threading.Thread(target=begin) for _ in range(2)]
    threads[0].start()
    assert inside.wait(20)
    threads[1].start()
    while not waiting_for_a_lock() and threads[1].is_alive():
        pass
    go.set()
    for thread in threads:
        thread.join(20)
    assert ended == ["begun", "There is a draft of September 2026 already. Sign"]
