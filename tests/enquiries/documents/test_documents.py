"""Documents of an enquiry: what may be kept, who may read it, and what a scanner says."""

import datetime
import io
import os
import socketserver
import struct
import threading
import time
import zipfile

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from enquiries.documents import content
from enquiries.documents.content import clean_name, content_of
from enquiries.documents.services import add_document, forget_orphans, remind_of_expiry, remove_document
from enquiries.models import Document, Task
from enquiries.services import record_activity
from hub.errors import Refused
from hub.models import AccessLog
from hub.working_time import today

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture(autouse=True)
def kept_apart(monkeypatch, tmp_path):
    monkeypatch.setattr(Document._meta.get_field("file"), "storage", FileSystemStorage(tmp_path, base_url=None))
    return tmp_path


@pytest.fixture
def enquiry(make_enquiry):
    return make_enquiry("in_touch")


def picture() -> bytes:
    raw = io.BytesIO()
    Image.new("RGB", (4, 4)).save(raw, "PNG")
    return raw.getvalue()


def word(parts: dict[str, bytes] | None = None) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", "<Relationships/>")
        for name, text in ({"word/document.xml": b"<document/>"} if parts is None else parts).items():
            archive.writestr(name, text)
    return raw.getvalue()


def kept(enquiry, worker, **changes) -> Document:
    return add_document(
        **{"enquiry": enquiry, "by": worker, "kind": "identity", "name": "pass.pdf", "raw": PDF, **changes}
    )


# --- what may be kept ---


@pytest.mark.parametrize(("name", "raw"), [("a.pdf", PDF), ("b.PNG", picture()), ("c.docx", word())])
def test_what_we_keep_is_known_by_its_content(name, raw):
    assert content_of(name=name, raw=raw).raw == raw


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("a.pdf", b"", "is empty"),
        ("a.pdf", b"MZ\x90\x00 a program", "is something else"),
        ("a.pdf", b"<html><script>alert(1)</script></html>", "is something else"),
        ("a.pdf", picture(), "is a PNG picture and is called"),
        ("a.docx", word({"xl/workbook.xml": b"x"}), "is something else"),
        ("a.docx", word({"word/document.xml": b"x", "word/vbaProject.bin": b"x"}), "contains macros"),
        ("a.docx", word({"word/document.xml": b"0" * 5_000_000}), "far too large when opened"),
        ("a.docx", word()[:-30], "is damaged"),
        ("a.zip", word({"a.txt": b"x"}), "is something else"),
    ],
)
def test_what_we_do_not_keep_is_refused_with_what_to_do(name, raw, said):
    with pytest.raises(Refused, match=said):
        content_of(name=name, raw=raw)


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(content, "LARGEST", len(PDF) - 1)
    with pytest.raises(Refused, match="must be smaller"):
        content_of(name="a.pdf", raw=PDF)


@given(st.text())
def test_any_name_becomes_one_that_can_be_shown(name):
    clean = clean_name(name)
    assert 0 < len(clean) <= 120 and not set(clean) & set('/\\\x00\n"\u202e')


# --- kept and read ---


def test_it_is_kept_told_and_read_only_through_the_page(enquiry, worker, sign_in, kept_apart):
    client = sign_in(worker)
    url = reverse("enquiry_documents", args=[enquiry.reference])
    assert "No documents yet" in client.get(url).content.decode()
    file = SimpleUploadedFile("../../Aïcha’s pass.pdf", PDF, content_type="text/html")
    answer = client.post(url, {"version": enquiry.version, "file": file, "kind": "identity"})
    assert answer.status_code == 302
    document = Document.objects.get()
    assert document.name.endswith("Aïcha’s pass.pdf") and "pass" not in document.file.name
    assert [path.name for path in kept_apart.iterdir()] == [document.file.name]
    fact = enquiry.activities.get(kind="document_added")
    assert document.name in fact.note
    read = client.get(reverse("enquiry_document", args=[enquiry.reference, document.pk]))
    assert b"".join(read) == PDF and read["Content-Type"] == "application/pdf"
    assert read["Content-Disposition"].startswith("attachment") and "sandbox" in read["Content-Security-Policy"]
    assert AccessLog.objects.filter(action="document_read", reference=enquiry.reference).exists()


def test_the_same_file_twice_is_one_document(enquiry, worker, kept_apart):
    assert kept(enquiry, worker) == kept(enquiry, worker, name="again.pdf")
    assert len(list(kept_apart.iterdir())) == 1


def test_a_stale_save_leaves_no_file_behind(enquiry, worker, kept_apart):
    seen = enquiry.version
    record_activity(enquiry=enquiry, kind="note", by=worker, note="Moving")
    with pytest.raises(Refused, match="has changed since"):
        kept(enquiry, worker, version=seen)
    assert list(kept_apart.iterdir()) == [] and not Document.objects.exists()


def test_a_wrong_file_comes_back_with_a_sentence(enquiry, worker, sign_in):
    url = reverse("enquiry_documents", args=[enquiry.reference])
    file = SimpleUploadedFile("photo.pdf", picture())
    page = sign_in(worker).post(url, {"version": enquiry.version, "file": file, "kind": "other"}).content.decode()
    assert "There is a problem" in page and "Save it again as .png" in page
    page = sign_in(worker).post(url, {"version": enquiry.version}).content.decode()
    assert "Choose a file" in page and "Select what it is" in page


def test_a_removed_document_leaves_its_name_and_the_reason(enquiry, worker, sign_in, kept_apart):
    document = kept(enquiry, worker)
    url = reverse("enquiry_document_remove", args=[enquiry.reference, document.pk])
    client = sign_in(worker)
    assert "Enter why it is removed" in client.post(url, {}).content.decode()
    assert client.post(url, {"why": "Of somebody else"}).status_code == 302
    assert list(kept_apart.iterdir()) == []
    page = client.get(reverse("enquiry_documents", args=[enquiry.reference])).content.decode()
    assert "Of somebody else" in page
    assert client.get(reverse("enquiry_document", args=[enquiry.reference, document.pk])).status_code == 404
    with pytest.raises(Refused, match="removed already"):
        remove_document(document=document, by=worker, why="Twice")


def test_a_file_that_cannot_be_deleted_now_is_not_said_to_be_removed(enquiry, worker, kept_apart, monkeypatch):
    document = kept(enquiry, worker)

    def away(name):
        raise OSError("the storage is away")

    monkeypatch.setattr(document.file.storage, "delete", away)
    with pytest.raises(OSError, match="away"):
        remove_document(document=document, by=worker, why="Of somebody else")
    assert Document.objects.kept().get() == document and not enquiry.activities.filter(kind="document_removed").exists()
    monkeypatch.undo()
    assert len(list(kept_apart.iterdir())) == 1


def test_a_file_that_has_gone_from_the_storage_is_said(enquiry, worker, sign_in, kept_apart):
    document = kept(enquiry, worker)
    (kept_apart / document.file.name).unlink()
    answer = sign_in(worker).get(reverse("enquiry_document", args=[enquiry.reference, document.pk]))
    assert answer.status_code == 409 and "is not where it was kept" in answer.content.decode()
    assert not AccessLog.objects.filter(action="document_read").exists()


def test_a_document_is_found_only_with_its_own_enquiry(enquiry, make_enquiry, worker, sign_in):
    document, other = kept(enquiry, worker), make_enquiry("in_touch")
    assert sign_in(worker).get(reverse("enquiry_document", args=[other.reference, document.pk])).status_code == 404


def test_nobody_of_an_authority_reads_the_hubs_documents(enquiry, worker, gateshead_worker, sign_in):
    document = kept(enquiry, worker)
    assert not Document.objects.visible_to(gateshead_worker).exists()
    assert (
        sign_in(gateshead_worker).get(reverse("enquiry_document", args=[enquiry.reference, document.pk])).status_code
        == 403
    )


def test_whoever_looks_after_them_is_reminded_once_before_it_runs_out(enquiry, worker):
    soon, later = today() + datetime.timedelta(days=20), today() + datetime.timedelta(days=90)
    document = kept(enquiry, worker, expires_on=soon)
    kept(enquiry, worker, raw=PDF + b"\n", expires_on=later)
    assert remind_of_expiry() == 1 and remind_of_expiry() == 1
    assert "is valid until" in Task.objects.get().title
    remove_document(document=document, by=worker, why="There is a new one")
    assert not Task.objects.open().exists() and remind_of_expiry() == 0


# --- the scanner ---


class Scanner(socketserver.BaseRequestHandler):
    """clamd, as far as INSTREAM goes."""

    def handle(self):
        received = self.request.recv(10)
        while len(received) < 10:
            received += self.request.recv(10 - len(received))
        raw = b""
        while size := struct.unpack("!L", self.read(4))[0]:
            raw += self.read(size)
        self.request.sendall(b"stream: Eicar-Test-Signature FOUND\n" if EICAR in raw else b"stream: OK\n")

    def read(self, size: int) -> bytes:
        raw = b""
        while len(raw) < size:
            raw += self.request.recv(size - len(raw))
        return raw


@pytest.fixture
def scanner(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Scanner) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMAV_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()


def test_a_clean_file_is_marked_as_scanned(scanner, enquiry, worker):
    assert kept(enquiry, worker).scanned


def test_what_the_scanner_finds_is_refused(scanner, enquiry, worker, kept_apart):
    with pytest.raises(Refused, match="scanner found something"):
        kept(enquiry, worker, raw=PDF + EICAR)
    assert list(kept_apart.iterdir()) == []


def test_while_the_scanner_is_away_nothing_is_taken(settings, enquiry, worker):
    settings.CLAMAV_URL = "tcp://127.0.0.1:1"
    with pytest.raises(Refused, match="Try again in some minutes"):
        kept(enquiry, worker)


def test_without_a_scanner_the_page_says_so(enquiry, worker, sign_in):
    assert not kept(enquiry, worker).scanned
    page = sign_in(worker).get(reverse("enquiry_documents", args=[enquiry.reference])).content.decode()
    assert "Not checked for viruses" in page


def test_a_file_without_its_document_goes_after_a_day(enquiry, worker, kept_apart):
    """An upload was killed between file and row."""
    document = kept(enquiry, worker)
    orphan, fresh, others = (kept_apart / name for name in ("a" * 32, "b" * 32, "README.txt"))
    for file in (orphan, fresh, others):
        file.write_bytes(PDF)
    two_days_ago = time.time() - 2 * 86_400
    for file in (orphan, others, kept_apart / document.file.name):
        os.utime(file, (two_days_ago, two_days_ago))
    assert (forget_orphans(), forget_orphans()) == (1, 0)
    assert not orphan.exists() and fresh.exists() and others.exists()
    assert (kept_apart / document.file.name).read_bytes() == PDF
