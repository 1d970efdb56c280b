"""The PDF: accessible, made once by the worker, under a name that cannot be guessed, with nothing fetched."""

import io

import pypdf
import pytest
from django.db import DataError, OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handover import pdf, tasks
from handover.models import Handover
from handover.services import send_handover
from hub.models import Heartbeat


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_what_it_says_and_that_it_is_accessible(sent):
    handover = sent(interests=["short_term", "not_sure"])
    reader = pypdf.PdfReader(io.BytesIO(pdf.package_pdf(Handover.objects.get(pk=handover.pk))))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB" and root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    assert reader.metadata.title == f"Referral {handover.reference} to Gateshead"
    assert [mark.title for mark in reader.outline if not isinstance(mark, list)] == ["Referral to Gateshead"]
    text = "\n".join(page.extract_text() for page in reader.pages)
    person = handover.enquiry.applicants.first()
    for words in (str(person), person.phone_shown, "NE8 1AA", "Short-term, Not sure yet", "Consent to share"):
        assert words in text
    assert handover.package_sha256 in text.replace("\n", "")


def tagged(node, kind: str) -> list:
    """Every element of the structure tree that is of the kind: "/TH"."""
    node = node.get_object()
    if isinstance(node, pypdf.generic.ArrayObject):
        return [found for one in node for found in tagged(one, kind)]
    if not isinstance(node, pypdf.generic.DictionaryObject):
        return []
    return ([node] if node.get("/S") == kind else []) + (tagged(node["/K"], kind) if "/K" in node else [])


def test_every_cell_of_its_tables_says_its_headers_and_every_heading_is_a_bookmark(sent):
    reader = pypdf.PdfReader(io.BytesIO(pdf.package_pdf(sent())))
    tree = reader.trailer["/Root"]["/StructTreeRoot"]
    tables, headers, cells = (tagged(tree, kind) for kind in ("/Table", "/TH", "/TD"))
    assert len(tables) == 5 and len(headers) > 15  # two applicants, reaching them, their enquiry, so far
    ids = {str(header["/ID"]) for header in headers}
    assert len(ids) == len(headers)
    for cell in cells:
        theirs = [str(one) for one in cell["/A"]["/Headers"]]
        assert theirs and set(theirs) <= ids
    [below] = [mark for mark in reader.outline if isinstance(mark, list)]
    named = ["First applicant", "Second applicant", "Reaching them", "Their enquiry", "So far", "Consent to share"]
    assert [mark.title for mark in below] == [*named, "About this document"]
    assert len(tagged(tree, "/H2")) == len(below) and len(tagged(tree, "/H1")) == 1
    assert all(f"Page {number} of {len(reader.pages)}" in page.extract_text()
               for number, page in enumerate(reader.pages, start=1))  # fmt: skip


def test_words_typed_by_people_are_words_and_not_markup(sent):
    handover = sent()
    handover.package["applicants"][0]["first_name"] = '<img src="http://example.org/x.png">'
    reader = pypdf.PdfReader(io.BytesIO(pdf.package_pdf(handover)))
    assert "<img" in reader.pages[0].extract_text()


def test_made_once_under_a_name_that_says_nothing(sent):
    handover = sent()
    assert pdf.make_pdf(handover.pk) and not pdf.make_pdf(handover.pk)
    handover.refresh_from_db()
    assert handover.reference not in handover.pdf.name and len(handover.pdf.name) > 30
    with handover.pdf.open("rb") as file:
        assert file.read().startswith(b"%PDF")


def test_drawing_it_keeps_nobody_waiting(sent, monkeypatch):
    handover = sent()

    def drawn(_handover):
        assert not any("FOR UPDATE" in query["sql"] for query in queries.captured_queries)
        return b"%PDF"

    monkeypatch.setattr(pdf, "package_pdf", drawn)
    with CaptureQueriesContext(connection) as queries:
        assert pdf.make_pdf(handover.pk)


def test_of_two_workers_the_first_has_made_it_and_no_file_is_left_over(sent, monkeypatch, settings):
    handover = sent()
    real = pdf.package_pdf

    def overtaken(given):
        with monkeypatch.context() as patch:
            patch.setattr(pdf, "package_pdf", real)
            assert pdf.make_pdf(handover.pk)
        return b"%PDF late"

    monkeypatch.setattr(pdf, "package_pdf", overtaken)
    assert not pdf.make_pdf(handover.pk)
    handover.refresh_from_db()
    assert [file.name for file in settings.MEDIA_ROOT.rglob("*.pdf")] == [handover.pdf.name.rpartition("/")[2]]
    with handover.pdf.open("rb") as file:
        assert file.read() != b"%PDF late"


def test_the_worker_is_told_after_the_commit(
    make_enquiry, agreement, gateshead, worker, monkeypatch, django_capture_on_commit_callbacks
):
    told = []
    monkeypatch.setattr("handover.services.tell", lambda task, *args: told.append((task.name, args)))
    enquiry = make_enquiry("ready")
    with django_capture_on_commit_callbacks(execute=True):
        handover = send_handover(enquiry=enquiry, authority=gateshead, by=worker)
        assert told == []
    assert told == [("handover.tasks.make_pdf", (handover.pk,))]


def test_the_sweep_makes_what_is_missing_and_one_failure_does_not_stop_it(sent, monkeypatch):
    bad, good = sent(), sent()
    real = pdf.package_pdf

    def sometimes(handover):
        if handover.pk == bad.pk:
            raise OSError("disk full")
        return real(handover)

    monkeypatch.setattr(pdf, "package_pdf", sometimes)
    tasks.make_missing_pdfs()
    assert Handover.objects.without_pdf().get() == bad and Handover.objects.get(pk=good.pk).pdf
    assert Heartbeat.objects.filter(job="make_missing_pdfs").exists()


def test_those_that_always_fail_keep_nobody_waiting_and_are_let_be_in_the_end(sent, monkeypatch):
    bad, good = sent(), sent()
    real, tried = pdf.package_pdf, []

    def sometimes(handover):
        tried.append(handover.pk)
        if handover.pk == bad.pk:
            raise DataError("what no template can say")
        return real(handover)

    monkeypatch.setattr(pdf, "package_pdf", sometimes)
    for _ in range(2):
        pdf.make_missing_pdfs(limit=1)
    assert tried == [bad.pk, good.pk] and Handover.objects.get(pk=good.pk).pdf
    monkeypatch.setattr(Handover, "MOST_PDF_TRIES", 2)
    for _ in range(3):
        pdf.make_missing_pdfs()
    assert tried == [bad.pk, good.pk, bad.pk]


def test_with_the_database_away_no_other_is_tried(sent, monkeypatch):
    first, _second = sent(), sent()
    tried = []

    def away(handover):
        tried.append(handover.pk)
        raise OperationalError("away")

    monkeypatch.setattr(pdf, "package_pdf", away)
    with pytest.raises(OperationalError):
        pdf.make_missing_pdfs()
    assert tried == [first.pk]


def test_downloading_it(accepted, sign_in, gateshead_worker, newcastle_worker, worker):
    handover = accepted()
    pdf.make_pdf(handover.pk)
    address = reverse("referral_pdf", args=[handover.reference])
    response = sign_in(gateshead_worker).get(address)
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert response["Content-Disposition"] == f'attachment; filename="{handover.reference}.pdf"'
    assert sign_in(newcastle_worker).get(address).status_code == 404
    response = sign_in(worker).get(reverse("handover_pdf", args=[handover.reference]))
    assert b"".join(response.streaming_content).startswith(b"%PDF")
