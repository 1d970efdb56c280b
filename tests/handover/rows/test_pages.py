"""Down and up again, by the pages and the worker."""

import csv
import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet

from enquiries.models import Activity, Applicant
from handover.milestones import record_milestone
from handover.models import Handover, MilestoneDownload, MilestoneUpload, MilestoneUploadRow
from handover.rows import services
from handover.rows.services import FORGOTTEN_AFTER, ROWS_LAST, take_rows, upload_rows, work_on_uploads
from handover.services import withdraw_handover
from hub.errors import Refused
from hub.models import AccessLog, Message
from hub.working_time import today
from tests.factories import someone

UP, DOWN = "/portal/milestones/upload/", "/portal/milestones/download/"
HEAD = "reference,kind,date,outcome,places,reason\n"


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr(services, "tell", lambda task, *args: None)


def day(ago: int = 0) -> str:
    return f"{today() - datetime.timedelta(days=ago):%d/%m/%Y}"


def sheet(answer) -> list[dict]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def post(client, text: str | bytes, name: str = "dates.csv"):
    raw = text if isinstance(text, bytes) else text.encode()
    return client.post(UP, {"file": SimpleUploadedFile(name, raw, "text/csv")})


def results(upload) -> list[tuple]:
    return list(upload.rows.values_list("row", "kind", "result"))


def up(by, text: str) -> MilestoneUpload:
    """An upload that was checked."""
    made = upload_rows(by=by, file_name="dates.csv", raw=text.encode())
    work_on_uploads()
    made.refresh_from_db()
    return made


def milestones_there() -> list:
    return list(Activity.objects.filter(kind__in=["application_received", "stage2_started", "decided", "closed"]))


# ---- down --------------------------------------------------------------------


def test_everybody_who_is_with_them_and_nobody_else(sign_in, gateshead_worker, accepted, sent, worker, make_enquiry):
    first, second, waiting = accepted(), accepted(), sent()
    record_milestone(handover=first, by=gateshead_worker, kind="application_received", occurred_on=today())
    taken_back = sent()
    withdraw_handover(handover=taken_back, by=worker, reason="mistake")
    answer = sign_in(gateshead_worker).post(DOWN)
    assert answer.content.startswith(b"\xef\xbb\xbf") and "attachment" in answer["Content-Disposition"]
    rows = {row["Reference"]: row for row in sheet(answer)}
    assert set(rows) == {first.reference, second.reference}
    assert rows[first.reference]["Names"] == first.enquiry.names
    assert rows[first.reference]["Application received"] == day()
    assert rows[first.reference]["Next expected"] == "Stage 1 started"
    assert set(MilestoneDownload.objects.get().handovers) == {first.pk, second.pk}
    assert AccessLog.objects.filter(action="milestones_downloaded", user=gateshead_worker).count() == 1
    assert waiting.reference not in answer.content.decode()


def test_the_rows_are_those_that_were_fixed(gateshead_worker, accepted, worker):
    """What was given back between the choice and the writing keeps its row, without a name."""
    from handover.rows.writing import write_sheet

    first, second = accepted(), accepted()
    fixed = services.fix_rows(by=gateshead_worker)
    withdraw_handover(handover=first, by=worker, reason="mistake")
    later = accepted()
    text = write_sheet(gateshead_worker, fixed.handovers).decode("utf-8-sig")
    rows = {row["Reference"]: row for row in csv.DictReader(io.StringIO(text))}
    assert set(rows) == {first.reference, second.reference} and later.reference not in text
    assert rows[first.reference]["Names"] == "" and rows[second.reference]["Names"]


def test_no_cell_is_a_formula(sign_in, gateshead_worker, accepted):
    handover = accepted()
    for first, shown in (('=HYPERLINK("https://example.org")', "'="), ("\n=1+1", "'"), ("\u00a0@SUM(1)", "'")):
        Applicant.objects.filter(enquiry=handover.enquiry).update(first_name=first)
        (row,) = sheet(sign_in(gateshead_worker).post(DOWN))
        assert row["Names"].startswith(shown)


def test_what_was_downloaded_goes_up_again_and_does_nothing(sign_in, gateshead_worker, accepted):
    handover = accepted()
    for kind in ("application_received", "stage2_started", "panel_held"):
        record_milestone(handover=handover, by=gateshead_worker, kind=kind, occurred_on=today())
    client = sign_in(gateshead_worker)
    file = client.post(DOWN).content
    facts = Activity.objects.count()
    post(client, file)
    work_on_uploads()
    upload = MilestoneUpload.objects.get()
    assert {result for _, _, result in results(upload)} == {"already"} and Activity.objects.count() == facts


# ---- up ----------------------------------------------------------------------


def test_seen_first_then_taken(sign_in, gateshead_worker, accepted):
    handover, client = accepted(), sign_in(gateshead_worker)
    text = HEAD + (
        f"{handover.reference},decided,{day()},approved,2,\n{handover.reference},stage2_started,{day()},,,\n"
        f"{handover.reference},application_received,{day()},,,\nFT-0000-H1,panel_held,{day()},,,\n"
        f"{handover.reference},panel_held,31/02/2026,,,\n"
    )
    answer = post(client, text)
    here = answer["Location"]
    assert client.get(here)["Refresh"]
    messages = Message.objects.count()
    assert work_on_uploads() == 1 and milestones_there() == [] and Message.objects.count() == messages
    page = client.get(here)
    html = page.content.decode()
    assert "This is what would come of it" in html and "There is no referral FT-0000-H1 with you." in html
    assert [figure["value"] for figure in page.context["figures"]] == [3, 0, 2] and "Refresh" not in page
    client.post(f"{here}take/")
    assert work_on_uploads() == 1
    handover.refresh_from_db()
    assert handover.state == "completed" and handover.enquiry.places == 2
    assert len(milestones_there()) == 3 and "Taken" in client.get(here).content.decode()
    assert {fact.recorded_by for fact in milestones_there()} == {gateshead_worker}
    # Asked for twice, and the same file twice: nothing new.
    client.post(f"{here}take/")
    work_on_uploads()
    again = up(gateshead_worker, text)
    assert [result for _, _, result in results(again)] == ["already"] * 3 + ["refused"] * 2
    with pytest.raises(Refused, match="nothing to take"):
        take_rows(upload=again, by=gateshead_worker)
    assert len(milestones_there()) == 3


def test_a_bad_row_keeps_no_other_from_being_taken(gateshead_worker, accepted):
    first, second = accepted(), accepted()
    upload = up(
        gateshead_worker,
        f"{HEAD}{first.reference},stage2_started,{day()},,,\n{second.reference},application_received,{day()},,,\n"
        f"{first.reference},application_received,{today() + datetime.timedelta(days=2):%d/%m/%Y},,,\n",
    )
    take_rows(upload=upload, by=gateshead_worker)
    work_on_uploads()
    assert results(upload) == [
        (2, "stage2_started", "refused"), (3, "application_received", "taken"), (4, "application_received", "refused")
    ]  # fmt: skip
    assert "future" in upload.rows.get(row=4).said


def test_what_says_something_else_than_the_record_is_refused(gateshead_worker, accepted):
    handover = accepted()
    record_milestone(handover=handover, by=gateshead_worker, kind="application_received", occurred_on=today())
    upload = up(gateshead_worker, f"{HEAD}{handover.reference},application_received,{day(1)},,,\n")
    assert "Correct it" in upload.rows.get().said


def test_an_ending_by_spreadsheet(gateshead_worker, accepted):
    handover = accepted()
    upload = up(gateshead_worker, f"{HEAD}{handover.reference},Ended,{day()},,,health\n")
    take_rows(upload=upload, by=gateshead_worker)
    work_on_uploads()
    handover.enquiry.refresh_from_db()
    assert handover.enquiry.closed_reason == "health"


def test_a_worker_killed_half_way_goes_on_where_it_was(gateshead_worker, accepted, monkeypatch):
    first, second = accepted(), accepted()
    lines = "".join(f"{h.reference},application_received,{day()},,,\n" for h in (first, second))
    upload = up(gateshead_worker, HEAD + lines)
    take_rows(upload=upload, by=gateshead_worker)
    real, calls = services.record_milestone, []

    class Killed(BaseException):
        pass

    def dies_second(**details):
        calls.append(details)
        if len(calls) == 2:
            raise Killed
        return real(**details)

    with monkeypatch.context() as patched:
        patched.setattr(services, "record_milestone", dies_second)
        with pytest.raises(Killed):
            work_on_uploads()
    assert sorted(upload.rows.values_list("result", flat=True)) == ["taken", "would"]
    assert work_on_uploads() == 1
    assert list(upload.rows.values_list("result", flat=True)) == ["taken", "taken"]
    assert Activity.objects.filter(kind="application_received").count() == 2


def test_a_fault_of_ours_says_so_and_the_rest_is_taken(gateshead_worker, accepted, monkeypatch):
    first, second = accepted(), accepted()
    real = services.record_milestone

    def breaks(**details):
        if details["handover"].pk == first.pk:
            raise RuntimeError("Amina Khalid")
        return real(**details)

    monkeypatch.setattr(services, "record_milestone", breaks)
    upload = up(
        gateshead_worker,
        HEAD + "".join(f"{h.reference},application_received,{day()},,,\n" for h in (first, second)),
    )
    assert [result for _, _, result in results(upload)] == ["refused", "would"]
    assert "fault of ours" in upload.rows.get(row=2).said and "Amina" not in upload.rows.get(row=2).said


def test_left_out_and_forgotten(sign_in, gateshead_worker, accepted):
    handover, client = accepted(), sign_in(gateshead_worker)
    text = f"{HEAD}{handover.reference},application_received,{day()},,,\n"
    upload = up(gateshead_worker, text)
    client.post(f"{UP}{upload.pk}/leave/")
    upload.refresh_from_db()
    assert upload.state == "cancelled" and not upload.rows.exists() and milestones_there() == []
    assert "Nothing of this file was taken" in client.get(f"{UP}{upload.pk}/").content.decode()
    old = up(gateshead_worker, text)
    MilestoneUpload.objects.filter(pk=old.pk).update(uploaded_at=old.uploaded_at - FORGOTTEN_AFTER * 1.1)
    done = up(gateshead_worker, text)
    take_rows(upload=done, by=gateshead_worker)
    work_on_uploads()
    done.refresh_from_db()
    MilestoneUpload.objects.filter(pk=done.pk).update(finished_at=done.finished_at - ROWS_LAST * 1.1)
    work_on_uploads()
    old.refresh_from_db()
    assert old.state == "cancelled" and not MilestoneUploadRow.objects.exists() and len(milestones_there()) == 1


def test_what_somebody_takes_at_this_moment_is_not_forgotten(gateshead_worker, accepted, monkeypatch):
    old = up(gateshead_worker, f"{HEAD}{accepted().reference},application_received,{day()},,,\n")
    MilestoneUpload.objects.filter(pk=old.pk).update(uploaded_at=old.uploaded_at - FORGOTTEN_AFTER * 1.1)
    listed = QuerySet.values_list

    def then_taken(rows, *fields, **options):
        found = list(listed(rows, *fields, **options))
        if rows.model is MilestoneUpload:
            take_rows(upload=old, by=gateshead_worker)
        return found

    monkeypatch.setattr(QuerySet, "values_list", then_taken)
    services._forget_what_is_old()
    monkeypatch.undo()
    old.refresh_from_db()
    assert old.state == "taking" and old.rows.count() == 1


@pytest.mark.parametrize(
    ("raw", "said"), [(b"", "empty"), (b"PK\x03\x04", "XLSX"), (b"x" * 1_100_000, "smaller than 1 MB")]
)
def test_a_bad_file_is_said_on_the_page(sign_in, gateshead_worker, raw, said):
    client = sign_in(gateshead_worker)
    answer = post(client, raw)
    assert answer.status_code == 200 and said in answer.content.decode() and not MilestoneUpload.objects.exists()
    assert "Choose a file" in client.post(UP, {}).content.decode()


def test_another_council_the_wrong_role_and_the_wrong_method(
    sign_in, gateshead_worker, newcastle_worker, worker, accepted, gateshead
):
    handover = accepted()
    upload = up(gateshead_worker, f"{HEAD}{handover.reference},application_received,{day()},,,\n")
    here = f"{UP}{upload.pk}/"
    client = sign_in(newcastle_worker)
    assert client.get(here).status_code == 404
    assert {client.post(f"{here}{end}/").status_code for end in ("take", "leave")} == {404}
    assert sheet(client.post(DOWN)) == [] and "dates.csv" not in client.get(UP).content.decode()
    # Their file with our reference finds nobody.
    theirs = up(newcastle_worker, f"{HEAD}{handover.reference},application_received,{day()},,,\n")
    assert "There is no referral" in theirs.rows.get().said
    with pytest.raises(Refused):
        take_rows(upload=upload, by=newcastle_worker)
    client = sign_in(worker)
    assert {client.get(UP).status_code, client.post(DOWN).status_code, client.get(here).status_code} == {403}
    client = sign_in(someone("authority_lead", gateshead))
    assert client.get(here).status_code == 200
    assert client.get(DOWN).status_code == 405 and client.get(f"{here}take/").status_code == 405


def test_whoever_was_suspended_meanwhile_takes_nothing(gateshead_worker, accepted):
    handover = accepted()
    upload = up(gateshead_worker, f"{HEAD}{handover.reference},application_received,{day()},,,\n")
    take_rows(upload=upload, by=gateshead_worker)
    type(gateshead_worker).objects.filter(pk=gateshead_worker.pk).update(is_active=False)
    work_on_uploads()
    assert results(upload) == [(2, "application_received", "refused")] and milestones_there() == []


def test_the_database_shows_a_council_its_own_alone(gateshead_worker, newcastle_worker, accepted):
    from hub.isolation import bound_to

    up(gateshead_worker, f"{HEAD}{accepted().reference},application_received,{day()},,,\n")
    for person, seen in ((gateshead_worker, 1), (newcastle_worker, 0)):
        with bound_to(person.authority_id):
            assert [m.objects.count() for m in (MilestoneUpload, MilestoneUploadRow)] == [seen] * 2
            assert Handover.objects.count() == seen
