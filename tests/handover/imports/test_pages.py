import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from enquiries.models import Enquiry
from handover.imports import services
from handover.imports.models import PastImport
from handover.imports.services import start_import, work_on_imports
from hub.health import beat
from hub.models import AccessLog

from .conftest import HEADER, MIXED, rows

FILES = reverse("past_imports")


def file(content: bytes | str, name: str = "past.csv") -> dict:
    return {"file": SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)}


def page(name: str, job: PastImport) -> str:
    return reverse(name, args=[job.pk])


def test_from_upload_to_report(directory, broker_away, sign_in, data_officer):
    client = sign_in(data_officer)
    assert "No file has been uploaded" in client.get(FILES).content.decode()
    answer = client.post(FILES, file(MIXED))
    job = PastImport.objects.get()
    assert answer.url == page("past_import", job)
    waiting = client.get(answer.url)
    assert waiting["Refresh"] and "0 of 6 rows" in waiting.content.decode()
    work_on_imports()
    shown = client.get(answer.url)
    assert "Refresh" not in shown and "Import 3 enquiries" in shown.content.decode()
    assert "is not a date that the calendar has" in shown.content.decode()
    assert client.post(page("past_import_start", job)).url == answer.url
    assert client.post(page("past_import_start", job)).url == answer.url
    assert "Refresh" in client.get(answer.url)
    work_on_imports()
    shown = client.get(answer.url).content.decode()
    assert "The file itself is gone" in shown and "Imported by Owen Data" in shown
    report = client.get(page("past_import_report", job))
    assert report.content.decode("utf-8-sig").splitlines()[0] == "row,external_id,column,value,reason"
    assert "'=A-5" in report.content.decode() and report["Content-Disposition"].startswith("attachment")
    assert Enquiry.objects.count() == 3
    seen = set(AccessLog.objects.filter(user=data_officer).values_list("action", "reference"))
    assert {("import_report", f"import {job.pk}"), ("import_looked_at", f"import {job.pk}")} <= seen
    assert "past.csv" in client.get(FILES).content.decode()


def test_a_row_that_is_imported_all_the_same_says_so(checked, sign_in, manager):
    header = "external_id,received_at,email,postcode,first_name,initial_visit_on\n"
    early, wrong = "A-1,2026-03-02,anna1@example.org,NE8 1AA,Anna,2026-03-01\n", "A-2,2026-03-32,a@example.org,,,\n"
    shown = sign_in(manager).get(page("past_import", checked(header + early + wrong))).content.decode()
    assert "Import 1 enquiry" in shown
    assert shown.count("the row is imported all the same") == 1


HEADER_CLOSED = "external_id,received_at,email,closed_on\n"
OVER, OLD = "A-1,2024-03-04,a@example.org,2024-04-04\n", "A-2,2024-03-04,b@example.org,\n"
NOT_YET_LATE = (
    "external_id,received_at,email,hold_from,hold_until\nA-1,2024-03-04,a@example.org,2024-03-05,2999-01-01\n"
)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (HEADER_CLOSED + OVER, "None of them would be open afterwards"),
        (HEADER_CLOSED + OVER + OLD, "1 of them would be open afterwards, 1 of these overdue at once"),
        (NOT_YET_LATE, "1 of them would be open afterwards, none of these is overdue yet"),
    ],
)
def test_what_today_would_get_is_said_before_it_is_imported(checked, sign_in, manager, content, says):
    client, job = sign_in(manager), checked(content)
    shown = client.get(page("past_import", job)).content.decode()
    assert says in shown and shown.index(says) < shown.index(page("past_import_start", job))
    client.post(page("past_import_start", job))
    work_on_imports()
    assert "open afterwards" not in client.get(page("past_import", job)).content.decode()


def test_left_out(checked, sign_in, manager):
    job = checked()
    answer = sign_in(manager).post(page("past_import_cancel", job), follow=True)
    assert "Nothing of it was imported" in answer.content.decode()
    assert "no longer kept" in answer.client.get(page("past_import", job)).content.decode()


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"PK\x03\x04 a workbook", "past.csv", "a spreadsheet (XLSX or ODS)"),
        (rows(1).encode("utf-16"), "past.csv", "UTF-16"),
        (b"", "past.csv", "The file is empty"),
        (HEADER, "=cmd|' /C calc'!A0.csv", "a header and no rows"),
        (b"\xff\x00" * 300, "\u202egpj.csv", "not in UTF-8"),
        ("name\nAnna\n", "x" * 300 + ".csv", "lacks the column"),
    ],
)
def test_what_is_no_such_file_is_said_beside_the_field(directory, sign_in, manager, content, name, says):
    answer = sign_in(manager).post(FILES, file(content, name))
    assert answer.status_code == 200 and says in answer.content.decode()
    assert 'class="govuk-error-summary"' in answer.content.decode()
    assert not PastImport.objects.exists()


def test_no_file_or_one_too_large(directory, sign_in, manager, monkeypatch):
    client = sign_in(manager)
    assert "Choose a file" in client.post(FILES, {}).content.decode()
    monkeypatch.setattr("handover.imports.forms.LARGEST", 10)
    assert "must be smaller than" in client.post(FILES, file(MIXED)).content.decode()


def test_a_file_with_nothing_to_import(checked, sign_in, manager):
    job = checked(HEADER + "A-1,never,anna@example.org,,,\n")
    shown = sign_in(manager).get(page("past_import", job)).content.decode()
    assert "There is nothing to import" in shown and page("past_import_start", job) not in shown
    refused = sign_in(manager).post(page("past_import_start", job))
    assert refused.status_code == 409 and "nothing to import" in refused.content.decode()


def test_it_says_that_the_worker_is_away(upload, sign_in, manager, monkeypatch):
    job = upload()
    client = sign_in(manager)
    assert "goes on by itself" in client.get(page("past_import", job)).content.decode()
    beat("worker")
    monkeypatch.setattr("handover.imports.views.readiness", lambda: {"broker": "ok", "worker": "ok"})
    assert "goes on by itself" not in client.get(page("past_import", job)).content.decode()


def test_fifty_lines_and_how_many_more(checked, sign_in, manager):
    job = checked(HEADER + "".join(f"A-{n},never,x@example.org,,,\n" for n in range(53)))
    shown = sign_in(manager).get(page("past_import", job)).content.decode()
    assert "And 3 more" in shown and shown.count("is not a date and time") == 50


def test_what_stopped_says_what_to_do(checked, sign_in, manager, monkeypatch):
    job = start_import(job=checked(), by=manager)

    def broken(*, enquiry):
        raise ZeroDivisionError

    monkeypatch.setattr(services, "adopt_history", broken)
    work_on_imports()
    shown = sign_in(manager).get(page("past_import", job)).content.decode()
    assert "A fault of ours stopped it after row 1" in shown and "Upload the file again" in shown


@pytest.mark.parametrize("name", ["past_import", "past_import_start", "past_import_cancel", "past_import_report"])
def test_who_may(checked, sign_in, worker, gateshead_worker, manager, name):
    job = checked()
    posts = name in ("past_import_start", "past_import_cancel")
    for person in (worker, gateshead_worker):
        client = sign_in(person)
        assert (client.post if posts else client.get)(page(name, job)).status_code == 403
        assert client.get(FILES).status_code == 403
    client = sign_in(manager)
    assert (client.get if posts else client.post)(page(name, job)).status_code == 405
    assert (client.post if posts else client.get)(reverse(name, args=[job.pk + 1])).status_code == 404
    job.refresh_from_db()
    assert job.state == "checked"


def test_the_list_costs_the_same_however_long(checked, sign_in, manager, django_assert_num_queries):
    client = sign_in(manager)
    checked(rows(1))
    client.get(FILES)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        client.get(FILES)
    for n in range(3):
        checked(rows(1, first=10 * n))
    with django_assert_num_queries(len(few)):
        client.get(FILES)
