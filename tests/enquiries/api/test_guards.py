"""Who may call, how often, how much at a time, and what a call sent twice does."""

import datetime
import json
import logging
import threading
import time

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from enquiries.diverted import services
from enquiries.models import Activity, Enquiry
from hub.api import authentication
from hub.api.services import forget_old_answers, issue_token, revoke_token
from hub.models import ApiAnswer, ApiToken
from hub.working_time import today

from .conftest import ENQUIRIES, Caller, body
from .test_enquiries import said


class TestToken:
    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer wrong", "Bearer é\x80", "token"])
    def test_without_a_good_one_it_is_401(self, caller, header):
        answer = caller.post(body(), Authorization=header)
        assert answer.status_code == 401 and answer["WWW-Authenticate"].startswith("Bearer")
        said(answer)
        assert not Enquiry.objects.exists()

    def test_an_expired_one(self, caller, token):
        ApiToken.objects.update(made_at=timezone.now() - datetime.timedelta(days=9), expires_at=timezone.now())
        answer = caller.post(body())
        assert answer.status_code == 401 and "expired" in answer.json()["detail"]

    def test_a_revoked_one(self, caller, token):
        revoke_token(token=token[0])
        answer = caller.post(body())
        assert answer.status_code == 401 and "revoked" in answer.json()["detail"]

    def test_one_of_a_council_that_has_left_the_hub(self, caller, gateshead):
        gateshead.memberships.update(ends_on=today())
        assert caller.post(body()).status_code == 201
        gateshead.memberships.update(ends_on=today() - datetime.timedelta(days=1))
        answer = caller.post(body())
        assert answer.status_code == 401 and "Gateshead is not a member of the hub" in answer.json()["detail"]

    def test_one_for_something_else(self, caller, token):
        ApiToken.objects.update(scopes=["handovers:read"])
        answer = caller.post(body())
        assert answer.status_code == 403 and "enquiries:write" in answer.json()["detail"]

    def test_a_session_is_no_token(self, sign_in, manager, directory):
        client = sign_in(manager)
        assert Caller(client, "").post(body()).status_code == 401

    def test_a_session_without_second_factor_changes_nothing(self, caller, sign_in, manager, settings):
        sign_in(manager)
        settings.HUB_DEMO = False
        assert caller.post(body()).status_code == 201

    def test_its_last_use_is_noted_now_and_then(self, caller, token, django_assert_num_queries):
        caller.post(body())
        used = ApiToken.objects.get().last_used_at
        assert used is not None
        caller.post(body())
        assert ApiToken.objects.get().last_used_at == used
        ApiToken.objects.update(last_used_at=used - datetime.timedelta(hours=1))
        caller.post(body())
        assert ApiToken.objects.get().last_used_at > used

    def test_the_secret_is_nowhere_in_the_database(self, token):
        row, secret = token
        assert secret not in str(ApiToken.objects.filter(pk=row.pk).values())
        assert row.ends_with == secret[-4:] and secret.startswith("fhub_") and len(secret) > 40


class TestKey:
    def test_the_same_key_and_body_give_the_same_answer(self, caller):
        sent = body()
        first, again = caller.post(sent, key="k1"), caller.post(sent, key="k1")
        assert (first.status_code, first.content) == (again.status_code, again.content)
        assert Enquiry.objects.count() == 1 and Activity.objects.filter(kind="asked_again").count() == 0

    def test_laid_out_otherwise_it_is_the_same_body(self, caller):
        sent = body()
        first = caller.post(sent, key="k1")
        again = caller.post(json.dumps(dict(reversed(sent.items())), indent=3), key="k1")
        assert first.content == again.content

    def test_the_same_key_with_another_body_is_409(self, caller):
        caller.post(body(), key="k1")
        answer = caller.post(body(message="Something else"), key="k1")
        assert answer.status_code == 409 and "new one" in answer.json()["detail"]
        said(answer)
        assert Enquiry.objects.count() == 1

    def test_anothers_key_is_no_matter(self, caller, newcastle_caller):
        assert caller.post(body(), key="k1").status_code == 201
        assert newcastle_caller.post(body(message="Else"), key="k1").status_code == 201

    @pytest.mark.parametrize("key", ["", "  ", "x" * 101, "with space", "é"])
    def test_a_missing_or_impossible_key_is_400(self, caller, key):
        answer = caller.post(body(), key=key)
        assert answer.status_code == 400 and "Idempotency-Key" in answer.json()["detail"]
        assert not Enquiry.objects.exists()

    def test_what_was_refused_may_be_mended_under_its_key(self, caller):
        assert caller.post(body(postcode="nowhere"), key="k1").status_code == 422
        assert caller.post(body(), key="k1").status_code == 201

    def test_a_fault_of_ours_keeps_neither_enquiry_nor_answer(self, caller, monkeypatch):
        def fails(promise):
            raise RuntimeError("after the write")

        with monkeypatch.context() as patch:
            patch.setattr(services, "still_to_come", fails)
            caller.client.raise_request_exception = False
            answer = caller.post(body(), key="k1")
        assert answer.status_code == 500 and "same key" in answer.json()["detail"]
        said(answer)
        assert not Enquiry.objects.exists() and not ApiAnswer.objects.exists()
        assert caller.post(body(), key="k1").status_code == 201

    def test_answers_are_forgotten_after_a_month(self, caller):
        caller.post(body())
        assert forget_old_answers() == 0
        assert forget_old_answers(now=timezone.now() + datetime.timedelta(days=31)) == 1


@pytest.fixture
def first_holds(monkeypatch):
    """The first call stands between its write and its end until `go_on` is set."""
    written, go_on = threading.Event(), threading.Event()
    receive = services.receive_enquiry

    def hold(**kwargs):
        enquiry = receive(**kwargs)
        if not written.is_set():
            written.set()
            assert go_on.wait(20)
        return enquiry

    monkeypatch.setattr(services, "receive_enquiry", hold)
    return written, go_on


def _post_in_thread(secret: str, sent: dict, answers: list) -> threading.Thread:
    def call():
        try:
            answers.append(Caller(Client(), secret).post(sent, key="k1"))
        finally:
            connections.close_all()

    thread = threading.Thread(target=call)
    thread.start()
    return thread


def _someone_waits_for_a_lock() -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    @pytest.fixture(autouse=True)
    def _nobody_told(self, monkeypatch):
        monkeypatch.setattr("hub.messages.services._tell_worker", lambda message_id: None)

    def test_the_second_waits_and_gives_the_same_answer(self, token, directory, first_holds):
        written, go_on = first_holds
        answers, sent = [], body()
        first = _post_in_thread(token[1], sent, answers)
        assert written.wait(20)
        second = _post_in_thread(token[1], sent, answers)
        until = time.monotonic() + 20
        while not (waits := _someone_waits_for_a_lock()) and time.monotonic() < until:
            pass
        go_on.set()
        first.join(20), second.join(20)
        assert waits
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].content == answers[1].content
        assert Enquiry.objects.count() == 1 and not Activity.objects.filter(kind="asked_again").exists()

    def test_who_waits_too_long_is_told_when_to_come_again(self, token, directory, first_holds, monkeypatch):
        monkeypatch.setattr("hub.api.once._WAITS_SECONDS", 1)
        written, go_on = first_holds
        answers, sent = [], body()
        first = _post_in_thread(token[1], sent, answers)
        assert written.wait(20)
        second = Caller(Client(), token[1]).post(sent, key="k1")
        go_on.set()
        first.join(20)
        assert second.status_code == 409 and int(second["Retry-After"]) > 0
        assert answers[0].status_code == 201 and Enquiry.objects.count() == 1


class TestHowMuch:
    def test_so_many_a_minute_and_then_429(self, caller, newcastle_caller, monkeypatch):
        monkeypatch.setattr(django_settings, "API_CALLS_A_MINUTE", 2)
        answers = [caller.post({}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [422, 422, 429]
        assert 0 < int(answers[-1]["Retry-After"]) <= 60
        said(answers[-1])
        assert newcastle_caller.post({}).status_code == 422  # nobody else is held up

    def test_ten_megabytes_are_413(self, caller):
        answer = caller.post(b'{"message": "' + b"x" * 10_000_000 + b'"}')
        assert answer.status_code == 413 and "100 KB" in answer.json()["detail"]
        said(answer)

    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            (b"{", "not JSON"),
            (b"", None),
            (b"\xff\xfe{}", "UTF-8"),
            (b"[" * 50_000, "deep"),
            (b'{"a":' * 11 + b"1" + b"}" * 11, "deep"),
            (b'{"postcode": "NE8 1AA", "postcode": "NE1 8QH"}', "twice"),
            (b'{"message": "a\\u0000b"}', "cannot be kept"),
            (b'{"a\\u0000": 1}', "cannot be kept"),
            (b'{"message": "\\ud800"}', "cannot be kept"),
            (b'{"a\\udc00": {"a\\udc00": 1}}', "cannot be kept"),
            (b'{"n": ' + b"9" * 5000 + b"}", "too long"),
            (b'{"n": 1e999}', "too l"),
            (b'{"n": NaN}', "NaN"),
            (b'{"n": -Infinity}', "-Infinity"),
        ],
        ids=lambda sent: repr(sent)[:30],
    )
    def test_what_cannot_be_read_is_400_with_a_reason(self, caller, sent, words):
        answer = caller.post(sent)
        assert answer.status_code == (400 if words else 422)
        assert (words or "") in answer.json()["detail"]
        said(answer)

    def test_where_the_unkeepable_character_is(self, caller):
        answer = caller.post(b'{"applicants": [{"first_name": "a\\u0000"}]}')
        assert list(said(answer)) == ["#/applicants/0/first_name"]

    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "", "é"])
    def test_another_content_type_is_415(self, caller, kind):
        headers = {"Authorization": f"Bearer {caller.secret}", "Idempotency-Key": "k"}
        answer = caller.client.post(ENQUIRIES, b"{}", content_type=kind, headers=headers)
        assert answer.status_code == 415
        said(answer)

    def test_json_with_a_charset_is_read(self, caller):
        headers = {"Authorization": f"Bearer {caller.secret}", "Idempotency-Key": "k"}
        answer = caller.client.post(ENQUIRIES, b"{}", content_type="Application/JSON; charset=utf-8", headers=headers)
        assert answer.status_code == 422


class TestEverythingElse:
    @pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "options", "head", "trace"])
    def test_another_method_is_405_and_says_which(self, caller, method):
        answer = getattr(caller.client, method)(ENQUIRIES, headers={"Authorization": f"Bearer {caller.secret}"})
        assert answer.status_code == 405 and answer["Allow"] == "POST"
        assert answer["Content-Type"] == "application/problem+json"

    @pytest.mark.parametrize("address", ["/api/", "/api/v1/", "/api/v1/enquiries", "/api/v1/people/7/", "/api/%00/"])
    @pytest.mark.parametrize("method", ["get", "post", "options"])
    def test_no_such_address_is_404_in_the_same_form(self, client, db, address, method):
        answer = getattr(client, method)(address)
        assert answer.status_code == 404 and "schema" in answer.json()["detail"]
        said(answer)

    def test_a_database_that_is_away_is_503_with_when_to_try_again(self, caller, monkeypatch):
        from django.db import OperationalError

        def away(*args, **kwargs):
            raise OperationalError("the server closed the connection")

        monkeypatch.setattr(authentication, "_token", away)
        caller.client.raise_request_exception = False
        answer = caller.post(body())
        assert answer.status_code == 503 and answer["Retry-After"]
        said(answer)

    def test_the_log_says_which_system_by_number(self, caller, token, caplog):
        with caplog.at_level(logging.INFO, logger="hub.request"):
            caller.post(body())
        request = next(record.msg for record in caplog.records if record.name == "hub.request")
        assert request["api_token"] == token[0].pk and request["user"] is None


def test_a_hub_token_and_a_councils_are_told_apart(db, gateshead):
    with_council, _ = issue_token(name="A", authority=gateshead, scopes=["enquiries:write"], days=1)
    own, _ = issue_token(name="B", authority=None, scopes=["enquiries:write"], days=1)
    assert (with_council.whose, own.whose) == ("Gateshead", "The hub")
