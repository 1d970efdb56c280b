"""A file of past enquiries from upload to report: tried first, imported once, and gone."""

import csv
import io
import threading

import pytest
import time_machine
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from enquiries.models import Activity, Enquiry
from handover.imports import services
from handover.imports.models import PastImport, PastImportLine
from handover.imports.report import write_report
from handover.imports.services import cancel_import, start_import, upload_past, work_on_imports
from hub.errors import Refused
from hub.models import AccessLog, Message
from hub.sweep import alone

from .conftest import HEADER, MIXED, rows


def figures(job: PastImport) -> tuple:
    job.refresh_from_db()
    return job.state, job.done_rows, job.imported, job.already_there, job.bad


def test_it_is_tried_and_nothing_is_written(checked):
    job = checked()
    assert figures(job) == ("checked", 6, 3, 1, 2)
    assert job.unknown_columns == "Officer"
    assert not Enquiry.objects.exists()
    assert [(line.kind, line.row, line.column) for line in job.lines.all()] == [
        ("already", 5, "external_id"), ("bad", 6, "received_at"), ("bad", 7, "email, phone, postcode"),
    ]  # fmt: skip


def test_it_is_imported_and_the_file_goes(checked, manager, worker):
    job = checked()
    assert bytes(job.content) == MIXED.encode()
    start_import(job=job, by=worker)
    assert work_on_imports() == 1
    assert figures(job) == ("done", 6, 3, 1, 2)
    assert job.content is None and job.finished_at is not None
    assert (job.uploaded_by, job.started_by) == (manager, worker)
    assert set(Enquiry.objects.values_list("external_id", flat=True)) == {"A-1", "A-2", "A-3"}
    assert set(Activity.objects.values_list("recorder", flat=True)) == {"import"}
    assert job.lines.count() == 3
    assert not Message.objects.exists()
    assert set(AccessLog.objects.values_list("action", flat=True)) >= {"import_uploaded", "import_started"}


def test_the_same_file_again_imports_nothing(checked, manager):
    start_import(job=checked(rows(2)), by=manager)
    work_on_imports()
    job = checked(rows(2))
    assert figures(job) == ("checked", 2, 0, 2, 0)
    with pytest.raises(Refused, match="nothing to import"):
        start_import(job=job, by=manager)


def test_pressed_twice_it_is_imported_once(checked, manager):
    job = checked(rows(2))
    start_import(job=job, by=manager)
    assert start_import(job=job, by=manager).state == "importing"
    work_on_imports()
    assert start_import(job=job, by=manager).state == "done"
    work_on_imports()
    assert figures(job) == ("done", 2, 2, 0, 0)
    assert AccessLog.objects.filter(action="import_started").count() == 1


def test_left_out_it_is_gone(checked, manager):
    job = checked()
    cancel_import(job=job, by=manager)
    assert figures(job)[0] == "cancelled"
    assert job.content is None and not job.lines.exists()
    work_on_imports()
    assert not Enquiry.objects.exists()
    with pytest.raises(Refused, match="not imported"):
        start_import(job=job, by=manager)
    with pytest.raises(Refused, match="cannot be left out"):
        cancel_import(job=job, by=manager)


def test_what_has_begun_cannot_be_left_out(checked, manager):
    job = start_import(job=checked(), by=manager)
    with pytest.raises(Refused, match="being imported"):
        cancel_import(job=job, by=manager)


class Killed(BaseException):
    """What a worker meets that is killed."""


@pytest.fixture
def dies_after(monkeypatch):
    """dies_after(150): the worker is killed while it stores the hundred-and-fiftieth enquiry; once."""

    def set_up(number: int, fault=Killed):
        left = iter(range(number, -1, -1))
        real = services.adopt_history

        def adopt(*, enquiry):
            if next(left, -1) == 0:
                raise fault
            return real(enquiry=enquiry)

        monkeypatch.setattr(services, "adopt_history", adopt)

    return set_up


def test_a_worker_that_dies_in_the_middle_loses_and_doubles_nothing(checked, manager, dies_after):
    text = rows(250) + "A-1,2026-03-02,again@example.org,,,\nA-999,never,x@example.org,,,\n"
    job = start_import(job=checked(text), by=manager)
    dies_after(150)
    with pytest.raises(Killed):
        work_on_imports()
    assert figures(job) == ("importing", 100, 100, 0, 0)
    assert Enquiry.objects.count() == 100
    assert work_on_imports() == 1
    assert figures(job) == ("done", 252, 250, 1, 1)
    assert Enquiry.objects.count() == 250
    assert list(job.lines.values_list("row", flat=True)) == [252, 253]


def test_a_check_that_was_broken_off_is_begun_again(upload, monkeypatch):
    job = upload(rows(1200) + "A-9999,never,x@example.org,,,\n")

    def killed(outcome):
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(services, "_counts", killed)
        with pytest.raises(Killed):
            work_on_imports()
    assert figures(job)[:2] == ("checking", 1000)
    work_on_imports()
    assert figures(job) == ("checked", 1201, 1200, 0, 1)


def test_it_works_in_slices(checked, manager, monkeypatch):
    job = start_import(job=checked(rows(250)), by=manager)
    monkeypatch.setattr(services, "LASTS", -services.LASTS)
    assert [work_on_imports() for _ in range(3)] == [0, 0, 1]
    assert figures(job) == ("done", 250, 250, 0, 0)


def test_a_fault_of_ours_ends_this_file_alone(checked, upload, manager, dies_after):
    broken = start_import(job=checked(rows(250)), by=manager)
    dies_after(150, fault=ZeroDivisionError)
    other = upload(rows(2, first=900))
    work_on_imports()
    assert figures(broken) == ("stopped", 100, 100, 0, 0)
    assert broken.why == "A fault of ours stopped it after row 101." and broken.content is None
    assert figures(other)[0] == "checked"


def test_a_row_that_the_database_refuses_is_bad(checked, manager, dies_after):
    job = start_import(job=checked(rows(2)), by=manager)
    dies_after(1, fault=DatabaseError)
    work_on_imports()
    assert figures(job) == ("done", 2, 1, 0, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_works(checked, manager):
    job = start_import(job=checked(rows(2)), by=manager)
    held, done = threading.Event(), threading.Event()

    def first_worker():
        with alone("work_on_imports") as ours:
            assert ours
            held.set()
            done.wait(10)
        connections.close_all()

    thread = threading.Thread(target=first_worker)
    thread.start()
    held.wait(10)
    assert work_on_imports() == 0
    assert figures(job)[:2] == ("importing", 0)
    done.set()
    thread.join()
    assert work_on_imports() == 1
    assert figures(job) == ("done", 2, 2, 0, 0)


def test_who_is_behind_writes_nothing(checked, manager, monkeypatch):
    """Even without the lock: another process is further on when this one comes to store its hundred."""
    job = start_import(job=checked(rows(150)), by=manager)
    real = services.adopt_history

    def overtaken(*, enquiry):
        if enquiry.external_id == "A-100":
            PastImport.objects.filter(pk=job.pk).update(done_rows=100)
        return real(enquiry=enquiry)

    monkeypatch.setattr(services, "adopt_history", overtaken)
    assert work_on_imports() == 0
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is empty"),
        (b" \r\n ", "is empty"),
        (HEADER.encode(), "a header and no rows"),
        (b"PK\x03\x04 and the rest of a workbook", "a spreadsheet"),
        (rows(1).encode("utf-16"), "UTF-16"),
        (b"external_id,received_at,email\n1,2026-01-01,caf\xe9@example.org\n", "not in UTF-8"),
        (b"name,email\nAnna,anna@example.org\n", "lacks the column"),
        (b"\x00\x01\x02", "lacks the column"),
        (HEADER.encode() + b'1,"2026-01-01\n', "never closed"),
        (b"x" * (services.LARGEST + 1), "larger than 20 MB"),
    ],
)
def test_what_is_no_such_file_is_not_kept(hub, manager, raw, says):
    with pytest.raises(Refused, match=says):
        upload_past(by=manager, file_name="past.csv", raw=raw)
    assert not PastImport.objects.exists()


def test_too_many_rows(hub, manager, monkeypatch):
    monkeypatch.setattr(services, "MOST_ROWS", 2)
    with pytest.raises(Refused, match="has 3 rows"):
        upload_past(by=manager, file_name="past.csv", raw=rows(3).encode())


def test_ten_megabytes_on_one_line(checked):
    job = checked(HEADER + f"A-1,2026-03-02,anna@example.org,,Anna,{'x' * 10_000_000}\n")
    assert figures(job) == ("checked", 1, 1, 0, 0)  # the long cell is in a column that is left aside
    job = checked(HEADER + f"A-1,2026-03-02,anna@example.org,,{'x' * 10_000_000},Sue\n")
    assert figures(job) == ("checked", 1, 0, 0, 1)
    assert len(job.lines.get().value) == 101


def test_characters_that_cannot_be_stored(checked, manager):
    job = checked(
        "external_id,received_at,email,no\x00te\nA\x001,2026-03-02,a@example.org,\nA-2,2026-03-02,b@example.org,\n"
    )
    assert figures(job) == ("checked", 2, 1, 0, 1)
    assert job.lines.get().external_id == "A�1"
    assert job.unknown_columns == "no�te"


def test_the_report_runs_nothing_in_a_spreadsheet(checked):
    text = io.StringIO(newline="")
    write_report(text, checked().lines.all())
    lines = list(csv.reader(io.StringIO(text.getvalue())))
    assert lines[0] == ["row", "external_id", "column", "value", "reason"]
    assert [line[:2] for line in lines[1:]] == [["5", "A-1"], ["6", "'=A-5"], ["7", "'@SUM(A1)"]]


def test_what_nobody_decides_about_is_forgotten_and_reports_too(checked, manager):
    left, done = checked(rows(2)), checked(MIXED.replace("A-", "B-"))
    start_import(job=done, by=manager)
    work_on_imports()
    with time_machine.travel(timezone.now() + services.FORGOTTEN_AFTER * 1.1):
        work_on_imports()
    assert figures(left)[0] == "cancelled" and left.content is None
    assert done.lines.exists()
    with time_machine.travel(timezone.now() + services.REPORTS_LAST * 1.1):
        work_on_imports()
    assert not PastImportLine.objects.exists()
    assert figures(done) == ("done", 6, 3, 1, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "done"},
        {"state": "importing"},
        {"content": None},
        {"state": "nowhere"},
        {"started_at": "2026-03-02 10:00+00:00"},
        {"finished_at": "2026-03-02 10:00+00:00"},
    ],
)
def test_the_database_keeps_the_file_no_longer_than_it_is_worked_on(upload, wrong):
    job = upload(rows(1))
    with pytest.raises(DatabaseError), transaction.atomic():
        PastImport.objects.filter(pk=job.pk).update(**wrong)


def test_what_a_file_is_called(hub, manager):
    job = upload_past(by=manager, file_name="../\x00‮" + "ä" * 300 + ".csv", raw=rows(1).encode())
    assert len(job.file_name) == 254 and job.file_name.isprintable()
