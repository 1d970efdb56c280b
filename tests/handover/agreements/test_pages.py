"""The Settings pages of agreements: for whoever may change settings, and for nobody else."""

import datetime

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from handover.agreements.services import record_agreement
from handover.models import Agreement
from handover.parts import ALWAYS
from hub.models import AccessLog
from tests.conftest import moment
from tests.factories import someone

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
CODE = "E08000037"
TYPED = {
    "version": "3", "signed_by": "D. Simmons, Director", "starts_on_day": "1", "starts_on_month": "12",
    "starts_on_year": "2026", "shares": ["facts"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _now(monkeypatch, tmp_path):
    monkeypatch.setattr(Agreement._meta.get_field("document"), "storage", FileSystemStorage(tmp_path, base_url=None))
    with time_machine.travel(moment("2026-11-20 10:00"), tick=False):
        yield


@pytest.fixture
def signed(gateshead, manager):
    return record_agreement(
        authority=gateshead, version="2.1", signed_by="Joanne Armitage", starts_on=datetime.date(2024, 4, 1),
        document=("Agreement 2.1.pdf", PDF), by=manager,
    )  # fmt: skip


def addresses(agreement) -> dict[str, str]:
    both = {"code": CODE, "agreement": agreement.pk}
    return {
        "agreements": reverse("agreements"),
        **{name: reverse(name, kwargs={"code": CODE}) for name in ("agreements_with", "agreement_new")},
        **{name: reverse(name, kwargs=both) for name in ("agreement_end", "agreement_document")},
    }


def test_all_councils_and_what_is_wrong(signed, sign_in, manager):
    client = sign_in(manager)
    html = client.get(reverse("agreements")).content.decode()
    assert "Nothing can be sent to 2 councils today" in html and "Leeds" not in html
    assert "Joanne Armitage" in html and "No last day" in html and "Everything is" in html
    assert html.count("Record the agreement") == 2
    assert reverse("agreements") in client.get(reverse("hub_settings")).content.decode()
    for name, address in addresses(signed).items():
        answer = client.get(address)
        assert answer.status_code == 200, name
        assert b"".join(answer), name  # to the end, so that no file stays open


@pytest.mark.parametrize("role", ["hub_worker", "data_officer", "cluster_lead", "administrator", "authority_lead"])
def test_for_nobody_else(role, signed, sign_in, gateshead):
    client = sign_in(someone(role, gateshead))
    for name, address in addresses(signed).items():
        assert client.get(address).status_code == 403, name
        assert client.post(address).status_code == 403, name


def test_wrong_method_and_wrong_council(signed, sign_in, manager, newcastle):
    client, all_of_them = sign_in(manager), addresses(signed)
    for name in ("agreements", "agreements_with", "agreement_document"):
        assert client.post(all_of_them[name]).status_code == 405
    for name in ("agreement_end", "agreement_document"):
        assert client.get(all_of_them[name].replace(CODE, newcastle.gss_code)).status_code == 404
    for name in ("agreements_with", "agreement_new"):
        assert client.get(all_of_them[name].replace(CODE, "E08000035")).status_code == 404  # no member, ever


def test_recording_a_new_version(signed, sign_in, manager):
    file = SimpleUploadedFile("Signed.pdf", PDF)
    response = sign_in(manager).post(
        addresses(signed)["agreement_new"], {**TYPED, "replaces": "on", "document": file}, follow=True
    )
    html = response.content.decode()
    assert "Version 3 with Gateshead is recorded." in html and "Version 3 takes its place" in html
    made = Agreement.objects.get(version="3")
    assert set(made.shares) == ALWAYS | {"facts"} and made.recorded_by == manager
    assert "Is not shared" in html and "Signed.pdf" in html


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "would overlap version 2.1"),
        ({"version": ""}, "Enter the version, like 2.1"),
        ({"ends_on_day": "30", "ends_on_month": "11", "ends_on_year": "2026"}, "must not be before the first day"),
        ({"shares": ["diary"]}, "There is a problem"),
        ({"document": ("Signed.pdf", b"MZ\x90 a program")}, "whatever its name says"),
        ({"version": "2.1"}, "is recorded already, and says something else"),
    ],
)
def test_bad_input_is_shown_again_with_what_was_typed(changes, sentence, signed, sign_in, manager):
    if "document" in changes:
        changes = {"document": SimpleUploadedFile(*changes["document"])}
    response = sign_in(manager).post(addresses(signed)["agreement_new"], {**TYPED, **changes})
    html = response.content.decode()
    assert response.status_code == 200 and sentence in html and "D. Simmons, Director" in html
    assert Agreement.objects.count() == 1


def test_ending_it(signed, sign_in, manager):
    client, address = sign_in(manager), addresses(signed)["agreement_end"]
    typed = {"ends_on_day": "1", "ends_on_month": "1", "ends_on_year": "2020", "why": "They left the hub"}
    html = client.post(address, typed).content.decode()
    assert "yesterday or later" in html and "They left the hub" in html
    assert "Enter why it ends" in client.post(address, {}).content.decode()
    html = client.post(address, {**typed, "ends_on_year": "2027"}, follow=True).content.decode()
    assert "They left the hub" in html and "1 January 2027" in html
    signed.refresh_from_db()
    assert signed.ended_by == manager


def test_calling_off_one_to_come_asks_for_no_day(signed, sign_in, manager, gateshead):
    record_agreement(
        authority=gateshead, version="3", signed_by="D", starts_on=datetime.date(2027, 4, 1), replaces=True, by=manager
    )
    later = Agreement.objects.get(version="3")
    client, address = sign_in(manager), reverse("agreement_end", args=[CODE, later.pk])
    assert "Call this agreement off" in client.get(address).content.decode()
    html = client.post(address, {"why": "A slip"}, follow=True).content.decode()
    assert "Called off" in html and "Never: it was to start on 1 April 2027" in html


def test_the_document_is_given_as_a_file_and_noted(signed, sign_in, manager):
    answer = sign_in(manager).get(addresses(signed)["agreement_document"])
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/pdf" and "attachment" in answer["Content-Disposition"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert AccessLog.objects.filter(action="agreement_document", user=manager).exists()


def test_without_a_document_there_is_nothing_to_download(signed, sign_in, manager):
    Agreement.objects.update(document="", document_name="")
    assert sign_in(manager).get(addresses(signed)["agreement_document"]).status_code == 404


def test_the_managers_page_says_what_is_wrong(signed, sign_in, manager):
    html = sign_in(manager).get(reverse("manager_view")).content.decode()
    assert "Sunderland</a>: has not been recorded" in html and "Gateshead</a>:" not in html
