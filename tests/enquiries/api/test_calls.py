"""The telephone system tells us of calls, signed as Standard Webhooks has it."""

import base64
import datetime
import json

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from enquiries.models import CallEvent, Enquiry

from .test_enquiries import said

CALLS = "/api/v1/calls/"
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
OTHER = "whsec_" + base64.b64encode(b"another secret, another secret!!").decode()


@pytest.fixture
def secrets(settings, directory):
    settings.TELEPHONE_WEBHOOK_SECRETS = [SECRET]


def call(**changes) -> dict:
    at = timezone.now().isoformat()
    said = {"call_id": "c-1", "event": "missed", "caller": "01632 960001", "dialled": "01914980100", "at": at}
    return {**said, "recording": None, **changes}


def signed(sent: bytes, *, secret: str = SECRET, number: str = "msg_1", at=None) -> dict[str, str]:
    at = at or timezone.now()
    return {
        "webhook-id": number,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(number, at.astimezone(datetime.UTC), sent.decode()),
    }


@pytest.fixture
def tell(client, secrets):
    def post(sent=None, *, headers=None, **signing):
        data = json.dumps(call() if sent is None else sent).encode()
        headers = signed(data, **signing) if headers is None else headers
        return client.post(CALLS, data, content_type="application/json", headers=headers)

    return post


def test_a_missed_call_is_kept_and_rung_back(tell):
    assert tell().status_code == 204
    event = CallEvent.objects.get()
    assert (event.kind, event.caller, event.dialled) == ("missed", "+441632960001", "+441914980100")
    assert event.enquiry == Enquiry.objects.get()


def test_told_again_it_is_kept_once(tell):
    sent = call()
    assert tell(sent).status_code == tell(sent).status_code == 204
    assert tell(sent, number="msg_2").status_code == 204  # the same event, sent as a new message
    assert CallEvent.objects.count() == Enquiry.objects.count() == 1


@pytest.mark.parametrize("caller", [None, "", "anonymous", "‮\x07"])
def test_a_withheld_number(tell, caller):
    assert tell(call(caller=caller)).status_code == 204
    assert CallEvent.objects.get().caller == ""


def test_other_events_and_a_recording(tell):
    tell(call(event="start"))
    tell(call(event="voicemail", recording="https://calls.example.org/r/1"))
    assert set(CallEvent.objects.values_list("kind", "recording")) == {
        ("start", ""), ("voicemail", "https://calls.example.org/r/1"),
    }  # fmt: skip


class TestSignature:
    @pytest.mark.parametrize(
        "spoilt",
        [
            {"webhook-signature": ""},
            {"webhook-signature": "v1"},
            {"webhook-signature": "v1,!!!"},
            {"webhook-signature": "v1,é"},
            {"webhook-signature": "v1a,AAAA v2,AAAA"},
            {"webhook-id": ""},
            {"webhook-id": "msg_2"},
            {"webhook-timestamp": "now"},
            {"webhook-timestamp": "nan"},
            {"webhook-timestamp": "1e400"},
            {"webhook-timestamp": "9" * 400},
        ],
        ids=str,
    )
    def test_one_that_does_not_fit_is_401(self, tell, spoilt):
        data = json.dumps(call()).encode()
        answer = tell(json.loads(data), headers={**signed(data), **spoilt})
        assert answer.status_code == 401 and "standardwebhooks.com" in answer.json()["detail"]
        said(answer)
        assert not CallEvent.objects.exists()

    @pytest.mark.parametrize("minutes", [-6, 6])
    def test_five_minutes_either_way(self, tell, minutes):
        now = timezone.now()
        assert tell(at=now + datetime.timedelta(minutes=minutes)).status_code == 401
        assert tell(at=now + datetime.timedelta(minutes=minutes / 2)).status_code == 204

    def test_another_body_under_it(self, tell):
        assert tell(headers=signed(b"{}")).status_code == 401

    def test_a_body_that_is_no_text(self, client, secrets):
        headers = signed(b"{}")
        assert client.post(CALLS, b"\xff\xfe", content_type="application/json", headers=headers).status_code == 401

    def test_two_secrets_while_one_is_changed(self, tell, settings):
        assert tell(secret=OTHER).status_code == 401
        settings.TELEPHONE_WEBHOOK_SECRETS = [SECRET, OTHER]
        assert tell(secret=OTHER).status_code == 204
        assert tell(secret=SECRET).status_code == 204

    def test_without_a_secret_it_says_what_to_set(self, tell, settings):
        settings.TELEPHONE_WEBHOOK_SECRETS = []
        answer = tell()
        assert answer.status_code == 503 and "TELEPHONE_WEBHOOK_SECRET" in answer.json()["detail"]
        said(answer)

    def test_too_long_is_413_before_anything_is_reckoned(self, tell):
        answer = tell({"call_id": "x" * 10_000_000}, headers={})
        assert answer.status_code == 413
        said(answer)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"call_id": ""}, "#/call_id"),
        ({"call_id": "x" * 101}, "#/call_id"),
        ({"call_id": "a\x00"}, "#/call_id"),
        ({"event": "answered"}, "#/event"),
        ({"caller": 441632960001}, "#/caller"),
        ({"at": "today"}, "#/at"),
    ],
)
def test_what_is_wrong_is_named(tell, changes, pointer):
    answer = tell(call(**changes))
    assert answer.status_code in (400, 422) and pointer in said(answer)
    assert not CallEvent.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"recording": "javascript:alert(1)"},
        {"recording": "https://" + "x" * 500},
        {"recording": "call-7.wav"},
        {"queue": "fostering", "duration": 31},
        {"hours_ahead": 1},  # a summer's local time, sent as if it were UTC
    ],
    ids=str,
)
def test_for_what_we_cannot_use_no_caller_is_lost(tell, changes):
    at = timezone.now() + datetime.timedelta(hours=changes.get("hours_ahead", 0))
    changes = {"at": at.isoformat(), **changes}
    assert tell(call(event="voicemail", **changes)).status_code == 204
    event = CallEvent.objects.get()
    assert event.recording == "" and event.at <= timezone.now() and event.enquiry == Enquiry.objects.get()


@pytest.mark.parametrize("link", ["https://calls.example.org/r/1", "http://192.0.2.7/r/1"])
def test_a_recording_is_where_staff_listen_to_it(tell, link):
    assert tell(call(event="voicemail", recording=link)).status_code == 204
    assert CallEvent.objects.get().recording == link
