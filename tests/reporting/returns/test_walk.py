"""Drafting, writing about, signing: services, pages, and what the database itself refuses."""

import hashlib
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections, transaction
from django.db.utils import ProgrammingError
from django.urls import reverse

from enquiries.services import record_activity
from hub.errors import Refused
from hub.models import AccessLog
from reporting.exports.json import canonical_json
from reporting.measures import Period
from reporting.models import Return
from reporting.returns import drafting, files, narrative, signing
from tests.conftest import moment
from tests.reporting.returns.kit import SEPTEMBER, confirm, signed_return, total, waiting_for_a_lock

OCTOBER = Period.month("2026-10")
pytestmark = pytest.mark.django_db


def page(name: str, period: Period = SEPTEMBER, **more) -> str:
    return reverse(name, kwargs={"period": period, **more})


# --- services ---


def test_a_draft_holds_the_figures_of_its_month(draft, data_officer):
    assert (draft.kind, draft.period_from, draft.period_to) == ("dfe-monthly", SEPTEMBER.first, SEPTEMBER.last)
    assert (draft.hub_name, draft.definition) == ("Fostering Together North East", "2026.1")
    assert draft.drafted_by == data_officer
    assert total(draft, "M02") == 1


def test_drafting_again_refreshes_the_one_draft_and_keeps_the_narrative(draft, manager, make_enquiry, in_october):
    narrative.save_narrative(
        ret=draft, by=manager, seen=draft.narrative_mark, progress="Good", risks="", communications=""
    )
    in_october.shift(60)
    make_enquiry(received_at=moment("2026-09-11 11:00"))
    again = drafting.draft_return(period=SEPTEMBER, by=manager)
    assert Return.objects.count() == 1
    assert (total(again, "M02"), again.progress, again.drafted_by) == (2, "Good", manager)
    assert again.as_at > draft.as_at


def test_a_draft_as_at_an_earlier_moment_does_not_know_later_facts(enquiry, manager):
    ret = drafting.draft_return(period=SEPTEMBER, by=manager, as_at=moment("2026-10-01 09:00"))
    assert ret.as_at == moment("2026-10-01 09:00")
    assert total(ret, "M02") == 0  # it was entered on 5 October


def test_a_month_to_come_cannot_be_drafted(manager):
    with pytest.raises(Refused, match="November 2026 has not begun"):
        drafting.draft_return(period=Period.month("2026-11"), by=manager)


def test_only_those_who_may_draft_and_sign(draft, worker, data_officer, cluster_lead):
    with pytest.raises(PermissionDenied):
        drafting.draft_return(period=SEPTEMBER, by=worker)
    for person in (worker, data_officer, cluster_lead):
        with pytest.raises(PermissionDenied):
            signing.sign_return(ret=draft, by=person, reviewed=draft.fingerprint)
    with pytest.raises(PermissionDenied):
        files.export_return(ret=draft, by=cluster_lead, form="json")


def test_signing_freezes_what_was_reviewed(signed, manager):
    signed.refresh_from_db()
    assert (signed.status, signed.signed_by, signed.signed_as) == ("signed", manager, "Moira Manager")
    assert signed.signed_at == moment("2026-10-05 10:00")
    assert signed.sha256 == hashlib.sha256(canonical_json(signed.document).encode()).hexdigest()
    assert signed.document["signed"] == {"at": "2026-10-05T10:00:00+01:00", "by": "Moira Manager"}


def test_the_hash_covers_the_narrative_and_the_json_file_is_what_was_hashed(draft, manager, data_officer):
    narrative.save_narrative(
        ret=draft, by=manager, seen=draft.narrative_mark, progress="Zwölf – gut", risks="", communications=""
    )
    confirm(draft, data_officer)
    ret = signing.sign_return(ret=draft, by=manager, reviewed=draft.fingerprint)
    file = files.export_return(ret=Return.objects.get(), by=manager, form="json")
    assert "Zwölf – gut" in file.content.decode()
    assert hashlib.sha256(file.content).hexdigest() == ret.sha256


def test_a_signed_return_outlives_a_change_of_name(signed, manager):
    manager.name = "Moira Married"
    manager.save()
    assert Return.objects.get().fingerprint == signed.sha256


def test_a_month_that_is_not_over_can_be_drafted_and_not_signed(manager, enquiry):
    ret = drafting.draft_return(period=OCTOBER, by=manager)
    with pytest.raises(Refused, match="October 2026 is not over"):
        signing.sign_return(ret=ret, by=manager, reviewed=ret.fingerprint)


def test_facts_that_came_after_the_draft_must_be_looked_at_first(reviewed, manager, make_enquiry, in_october):
    in_october.shift(60)
    make_enquiry(received_at=moment("2026-09-30 16:00"))
    with pytest.raises(Refused, match="facts have changed"):
        signing.sign_return(ret=reviewed, by=manager, reviewed=reviewed.fingerprint)
    assert Return.objects.get().status == "draft"


def test_a_draft_that_changed_while_it_was_read_is_not_signed(draft, manager, data_officer):
    seen = draft.fingerprint
    narrative.save_narrative(
        ret=draft, by=data_officer, seen=draft.narrative_mark, progress="New", risks="", communications=""
    )
    with pytest.raises(Refused, match="changed while you were reading"):
        signing.sign_return(ret=draft, by=manager, reviewed=seen)


def test_nothing_can_be_done_with_a_signed_return(signed, manager):
    for attempt in (
        lambda: drafting.draft_return(period=SEPTEMBER, by=manager),
        lambda: signing.sign_return(ret=signed, by=manager, reviewed=signed.fingerprint),
        lambda: narrative.save_narrative(
            ret=signed, by=manager, seen=signed.narrative_mark, progress="x", risks="", communications=""
        ),
    ):
        with pytest.raises(Refused, match="was signed by Moira Manager on 5 October 2026"):
            attempt()


def test_a_signature_just_after_midnight_in_summer_is_of_that_day(draft, manager, data_officer, in_october):
    in_october.move_to(moment("2026-10-06 00:30"))
    drafting.draft_return(period=SEPTEMBER, by=manager)
    ret = Return.objects.get()
    confirm(ret, data_officer)
    signing.sign_return(ret=ret, by=manager, reviewed=ret.fingerprint)
    with pytest.raises(Refused, match="was signed by Moira Manager on 6 October 2026"):
        drafting.draft_return(period=SEPTEMBER, by=manager)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reporting_return SET lines = '[]'",
        "UPDATE reporting_return SET progress = 'Better'",
        "UPDATE reporting_return SET status = 'draft', sha256 = '', signed_at = NULL, signed_by_id = NULL",
        "DELETE FROM reporting_return",
    ],
)
def test_the_database_refuses_to_change_a_signed_return(signed, statement):
    with (
        pytest.raises(ProgrammingError, match="Cannot update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Return.objects.get().fingerprint == signed.sha256


def test_a_late_fact_leaves_the_signed_return_as_it_was(signed, enquiry, worker, in_october):
    in_october.shift(3600)
    record_activity(enquiry=enquiry, kind="conversation", by=worker, channel="phone")
    assert Return.objects.get().fingerprint == signed.sha256


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_sign_at_once_one_wins(reviewed, manager, data_officer, monkeypatch):
    """The first is held between its check and its write until the second stands at the lock."""
    other = type(manager).objects.create_user("m2@example.org", None, name="Mary Second", role="hub_manager")
    inside, go, ended = threading.Event(), threading.Event(), {}
    honest = signing.is_current

    def held(ret):
        if threading.current_thread().name == "first":
            inside.set()
            assert go.wait(20)
        return honest(ret)

    def sign(by):
        try:
            signing.sign_return(ret=reviewed, by=by, reviewed=reviewed.fingerprint)
            ended[by.name] = "signed"
        except Refused as refusal:
            ended[by.name] = str(refusal)
        finally:
            connections.close_all()

    monkeypatch.setattr(signing, "is_current", held)
    first = threading.Thread(target=sign, args=[manager], name="first")
    second = threading.Thread(target=sign, args=[other], name="second")
    first.start()
    assert inside.wait(20)
    second.start()
    while not waiting_for_a_lock() and second.is_alive():
        pass
    go.set()
    first.join(20)
    second.join(20)
    refusal = (
        "The return for September 2026 was signed by Moira Manager on 5 October 2026 and can no longer be changed."
    )
    assert ended == {"Moira Manager": "signed", "Mary Second": refusal}
    assert Return.objects.get().signed_by == manager


# --- pages ---


def test_the_way_from_no_return_to_the_signed_one(sign_in, manager, data_officer, enquiry):
    client = sign_in(manager)
    assert "No return has been drafted" in client.get(page("return_page")).content.decode()
    assert client.post(page("return_draft")).status_code == 302
    shown = client.get(page("return_page")).content.decode()
    assert "Draft" in shown and "Initial enquiries by channel" in shown

    mark = client.get(page("return_narrative")).context["form"].initial["seen"]
    written = {"progress": "Two\r\nlines", "risks": "One", "communications": "", "seen": mark}
    assert client.post(page("return_narrative"), written).status_code == 302
    assert Return.objects.get().progress == "Two\nlines"

    confirm(Return.objects.get(), data_officer)
    reviewed = client.get(page("return_sign")).context["form"].initial["reviewed"]
    answer = client.post(page("return_sign"), {"reviewed": reviewed, "agreed": "on"}, follow=True)
    shown = answer.content.decode()
    ret = Return.objects.get()
    assert ret.is_signed and ret.sha256 in shown and "Moira Manager" in shown
    assert "Refresh the figures" not in shown and page("return_narrative") not in shown


def test_signing_needs_the_tick(sign_in, manager, draft):
    answer = sign_in(manager).post(page("return_sign"), {"reviewed": draft.fingerprint})
    assert "Tick the box when you have looked" in answer.content.decode()
    assert not Return.objects.get().is_signed


def test_the_sign_page_says_when_the_facts_have_changed(sign_in, manager, reviewed, make_enquiry, in_october):
    in_october.shift(60)
    make_enquiry(received_at=moment("2026-09-30 16:00"))
    shown = sign_in(manager).get(page("return_sign")).content.decode()
    assert "The facts have changed" in shown and "Sign the return</button>" not in shown


def test_a_narrative_that_somebody_else_changed_is_not_overwritten(sign_in, manager, data_officer, draft):
    client = sign_in(manager)
    mark = client.get(page("return_narrative")).context["form"].initial["seen"]
    narrative.save_narrative(
        ret=draft, by=data_officer, seen=draft.narrative_mark, progress="Theirs", risks="", communications=""
    )
    mine = {"progress": "Mine", "risks": "", "communications": "", "seen": mark}
    answer = client.post(page("return_narrative"), mine)
    shown = answer.content.decode()
    assert "Somebody else changed the narrative" in shown and "Theirs" in shown and "Mine</textarea>" in shown
    assert Return.objects.get().progress == "Theirs"
    # In sight of theirs, saving once more is a decision.
    assert (
        client.post(page("return_narrative"), {**mine, "seen": answer.context["form"]["seen"].value()}).status_code
        == 302
    )
    assert Return.objects.get().progress == "Mine"


def test_a_narrative_that_is_too_long_comes_back_with_what_was_typed(sign_in, manager, draft):
    typed = "x" * 4001
    answer = sign_in(manager).post(page("return_narrative"), {"progress": typed, "seen": draft.narrative_mark})
    assert "Progress must be 4000 characters or fewer" in answer.content.decode()
    assert typed in answer.content.decode()


@pytest.mark.parametrize("form", ["pdf", "xlsx", "csv", "json"])
def test_files_of_a_return_are_logged(sign_in, data_officer, signed, form):
    answer = sign_in(data_officer).get(page("return_file", form=form))
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="return-2026-09.{form}"'
    logged = AccessLog.objects.get(action="return_exported")
    assert (logged.user, logged.reference) == (data_officer, f"2026-09 v1 {form}")


def test_the_file_of_a_draft_says_so(sign_in, data_officer, draft):
    answer = sign_in(data_officer).get(page("return_file", form="json"))
    assert "return-2026-09-draft.json" in answer["Content-Disposition"]


PAGES = ["return_page", "return_narrative", "return_sign"]


@pytest.mark.parametrize("person", ["cluster_lead", "worker", "gateshead_worker"])
@pytest.mark.parametrize("name", ["returns", *PAGES, "return_draft", "return_file"])
def test_others_may_not_open_returns(request, sign_in, draft, person, name):
    kwargs = {} if name == "returns" else {"period": SEPTEMBER}
    if name == "return_file":
        kwargs["form"] = "csv"
    client = sign_in(request.getfixturevalue(person))
    ask = client.post if name == "return_draft" else client.get
    assert ask(reverse(name, kwargs=kwargs)).status_code == 403


def test_a_data_officer_drafts_and_does_not_sign(sign_in, data_officer, reviewed):
    client = sign_in(data_officer)
    assert client.get(page("return_sign")).status_code == 403
    assert client.post(page("return_sign"), {"reviewed": reviewed.fingerprint, "agreed": "on"}).status_code == 403
    shown = client.get(page("return_page")).content.decode()
    assert "A hub manager signs the return" in shown and page("return_sign") not in shown


def test_strangers_sign_in_first(client, draft):
    for name in PAGES:
        assert "/accounts/login/" in client.get(page(name)).headers["Location"]


def test_wrong_methods(sign_in, manager, draft):
    client = sign_in(manager)
    assert client.get(page("return_draft")).status_code == 405
    assert client.post(page("return_page")).status_code == 405
    assert client.post(page("return_file", form="csv")).status_code == 405
    assert client.post(reverse("returns")).status_code == 405


@pytest.mark.parametrize(
    "address",
    ["2026-13/", "26-9/", "0000-01/", "2027-01/", "2026-08/narrative/", "2026-08/sign/", "2026-08/file.pdf",
     "2026-09/file.exe"],
)  # fmt: skip
def test_what_does_not_exist(sign_in, manager, draft, address):
    assert sign_in(manager).get(f"/reports/returns/{address}").status_code == 404


def test_the_list_of_months(sign_in, manager, signed, make_enquiry, django_assert_max_num_queries):
    make_enquiry(received_at=moment("2026-07-02 10:00"))
    client = sign_in(manager)
    client.get(reverse("returns"))
    with django_assert_max_num_queries(8):
        shown = client.get(reverse("returns")).content.decode()
    assert [shown.index(month) for month in ("October 2026", "September 2026", "August 2026", "July 2026")]
    assert "June 2026" not in shown
    assert shown.count("Not drafted") == 5 and "Moira Manager" in shown


def test_the_return_page_costs_the_same_however_many_enquiries(
    sign_in, manager, draft, make_enquiry, django_assert_max_num_queries
):
    for _ in range(3):
        make_enquiry(received_at=moment("2026-09-12 10:00"))
    drafting.draft_return(period=SEPTEMBER, by=manager)
    client = sign_in(manager)
    client.get(page("return_page"))
    with django_assert_max_num_queries(32):
        client.get(page("return_page"))


def test_what_contradicts_itself_is_listed_with_its_record(sign_in, manager, enquiry, worker, in_october):
    record_activity(
        enquiry=enquiry, kind="conversation", by=worker, channel="phone", occurred_at=moment("2026-09-12 11:00")
    )
    drafting.draft_return(period=SEPTEMBER, by=manager)
    assert "Nothing contradicts itself" in sign_in(manager).get(page("return_page")).content.decode()


# --- quarters ---

QUARTER = Period.quarter("2026-Q2")  # July to September 2026


def test_a_quarter_has_the_same_pages(sign_in, manager, data_officer, enquiry):
    client = sign_in(manager)
    assert reverse("return_page", args=[QUARTER]) == "/reports/returns/2026-Q2/"
    assert "No return has been drafted" in client.get(page("return_page", QUARTER)).content.decode()
    client.post(page("return_draft", QUARTER))
    shown = client.get(page("return_page", QUARTER)).content.decode()
    assert "Quarterly KPI return" in shown and "Conversion, enquiry to application" in shown
    ret = confirm(Return.objects.get(kind="dfe-quarterly"), data_officer)
    reviewed = client.get(page("return_sign", QUARTER)).context["form"].initial["reviewed"]
    client.post(page("return_sign", QUARTER), {"reviewed": reviewed, "agreed": "on"})
    ret.refresh_from_db()
    assert ret.is_signed and ret.document["return"] == "dfe-quarterly"


@pytest.mark.parametrize("form", ["pdf", "xlsx", "csv", "json"])
def test_the_files_of_a_quarter(sign_in, manager, data_officer, enquiry, form):
    ret = signed_return(manager, data_officer, QUARTER)
    answer = sign_in(manager).get(page("return_file", QUARTER, form=form))
    assert answer["Content-Disposition"] == f'attachment; filename="return-2026-Q2.{form}"'
    assert answer.content == files.file_of(ret, form).content


def test_a_figure_of_a_quarter_opens_whom_it_counts(sign_in, manager, enquiry, worker):
    record_activity(
        enquiry=enquiry, kind="conversation", by=worker, channel="phone", occurred_at=moment("2026-09-11 10:00")
    )
    drafting.draft_return(period=QUARTER, by=manager)
    shown = sign_in(manager).get(page("return_figure", QUARTER, line="K08")).content.decode()
    assert enquiry.reference in shown


@pytest.mark.parametrize("address", ["2026-Q5", "2026-13", "0000-01", "9999-Q1", "2030-Q1", "1999-12"])
def test_a_period_that_is_none_is_not_found(sign_in, manager, hub, address):
    assert sign_in(manager).get(f"/reports/returns/{address}/").status_code == 404


def test_a_month_and_a_quarter_of_one_first_day_are_two_returns(manager, enquiry):
    july = drafting.draft_return(period=Period.month("2026-07"), by=manager)
    quarter = drafting.draft_return(period=QUARTER, by=manager)
    assert july.pk != quarter.pk and july.period_from == quarter.period_from


# --- what is kept ---


@pytest.mark.parametrize("form", ["pdf", "xlsx", "csv", "json"])
def test_a_file_of_a_signed_return_is_the_same_bytes_for_ever(signed, authorities, form):
    first = files.file_of(signed, form).content
    authorities["Gateshead"].name = "Gateshead Renamed"
    authorities["Gateshead"].save()
    assert files.file_of(Return.objects.get(), form).content == first


def test_last_months_narrative_stands_beside_this_months(sign_in, manager, draft):
    before = drafting.draft_return(period=Period.month("2026-08"), by=manager)
    narrative.save_narrative(
        ret=before, by=manager, seen=before.narrative_mark, progress="A quiet August", risks="", communications=""
    )
    shown = sign_in(manager).get(page("return_narrative")).content.decode()
    assert "What we wrote for August 2026" in shown and "A quiet August" in shown


def test_a_month_with_no_facts_is_drafted_reviewed_and_signed(authorities, manager, data_officer):
    ret = signed_return(manager, data_officer)
    assert total(ret, "M01") == 0 and total(ret, "M06") is None
