"""What a council's system may read: its own referrals, before accepting a preview, and nobody's name in a list."""

import datetime
import json

import pgtrigger
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enquiries.duplicates.merging import merge_enquiries
from handover.milestones import record_milestone
from handover.models import Handover
from handover.package import canonical_json, data_set, package_hash
from handover.pdf import make_pdf
from handover.preview import preview_of
from handover.services import open_handover, send_handover, withdraw_handover
from hub.isolation import for_the_hub
from hub.models import AccessLog
from hub.working_time import today, working_time
from tests.conftest import moment

from .conftest import LIST, council, names_of, problem


def looked_at() -> list[tuple]:
    return list(AccessLog.objects.order_by("pk").values_list("user_id", "action", "reference"))


class TestList:
    def test_a_preview_before_and_a_summary_after_and_no_name_at_any_time(
        self, gateshead_system, sent, accepted, declined, of_newcastle
    ):
        waits, theirs, back = sent(interests=["siblings"]), accepted(), declined()
        answer = gateshead_system.get()
        rows = {row["reference"]: row for row in answer.json()["results"]}
        assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
        assert set(rows) == {waits.reference, theirs.reference, back.reference}
        new = rows[waits.reference]
        assert new["state"] == "sent" and new["summary"] is None and new["answer_by"]
        assert new["preview"] == {
            "area": "NE8, Gateshead",
            "applicants": 2,
            "interests": ["siblings"],
            "spare_room": "yes",
            "best_time": "any",
            "days_since_enquiry": 0,
            "working_days_waiting": 0,
        }
        ours = rows[theirs.reference]
        assert ours["preview"] is None and ours["summary"]["enquiry"] == theirs.enquiry.reference
        assert ours["summary"]["stage"] == "with_authority" and ours["answer_by"] is None
        ended = rows[back.reference]
        assert (ended["state"], ended["reason"], ended["preview"], ended["summary"]) == (
            "declined", "capacity", None, None,
        )  # fmt: skip
        for handover in (waits, theirs, back, of_newcastle):
            assert [name for name in names_of(handover) if name in answer.content.decode()] == []
        assert waits.enquiry.reference not in answer.content.decode().replace(waits.reference, "")

    def test_of_a_merged_household_the_days_count_from_when_it_first_asked(
        self, gateshead_system, make_enquiry, agreement, gateshead, worker
    ):
        with time_machine.travel(timezone.now() - datetime.timedelta(days=9), tick=False):
            earlier = make_enquiry()
        survivor = make_enquiry("ready")
        merge_enquiries(survivor=survivor, absorbed=earlier, by=worker)
        survivor.refresh_from_db()
        handover = send_handover(enquiry=survivor, authority=gateshead, by=worker)
        listed, read = gateshead_system.get().json()["results"][0], gateshead_system.read(handover).json()
        shown = preview_of(handover, working_time())
        days = [one["preview"]["days_since_enquiry"] for one in (listed, read)]
        assert [*days, shown.days_since_enquiry] == [9, 9, 9]

    def test_looking_at_previews_is_noted(self, gateshead_system, sent, accepted):
        accepted()
        gateshead_system.get()
        assert looked_at() == []  # where it stands says nothing of the people
        sent()
        gateshead_system.get()
        assert looked_at() == [(gateshead_system.user.pk, "handovers_list", "")]
        assert Handover.objects.filter(opened_at__isnull=False).count() == 0  # a list opens none

    @pytest.mark.parametrize(
        ("state", "found"),
        [("waiting", 2), ("sent", 1), ("opened", 1), ("accepted", 1), ("declined", 1), ("completed", 0)],
    )
    def test_by_state(self, gateshead_system, sent, accepted, declined, state, found):
        sent(), accepted(), declined()
        gateshead_system.read(sent())
        assert len(gateshead_system.get(state=state).json()["results"]) == found

    @pytest.mark.parametrize("since", [None, "2020-01-01T00:00:00Z"])
    def test_in_pages_each_once_whatever_comes_meanwhile(self, gateshead_system, sent, since):
        first = [sent().reference for _ in range(5)]
        asked = {"limit": 2, **({"updated_since": since} if since else {})}
        page = gateshead_system.get(**asked).json()
        seen, pages = [row["reference"] for row in page["results"]], 1
        sent()
        while page["next"]:
            page = gateshead_system.get(page["next"]).json()
            seen += [row["reference"] for row in page["results"]]
            pages += 1
        if since:  # in the order of change, so that what is new comes at the end
            assert seen[:5] == first and len(seen) == 6 and pages == 3
        else:
            assert seen == first[::-1] and pages == 3

    def test_two_sent_at_the_same_moment_are_both_found(self, gateshead_system, sent):
        with time_machine.travel(moment("2026-11-20 10:00"), tick=False):
            both = {sent().reference, sent().reference}
            page = gateshead_system.get(limit=1).json()
            following = gateshead_system.get(page["next"]).json()
        assert {page["results"][0]["reference"], following["results"][0]["reference"]} == both

    def test_what_changed_since(self, gateshead_system, sent, accepted, worker):
        quiet, moving = sent(), accepted()
        as_at = timezone.now().isoformat()
        assert gateshead_system.get(updated_since=as_at).json()["results"] == []
        record_milestone(handover=moving, by=gateshead_system.user, kind="initial_visit", occurred_on=today())
        changed = gateshead_system.get(updated_since=as_at).json()["results"]
        assert [row["reference"] for row in changed] == [moving.reference]
        assert quiet.reference not in str(changed)

    def test_what_the_hub_changes_of_one_that_they_hold_is_a_change_and_of_one_given_back_none(
        self, gateshead_system, accepted, declined, worker
    ):
        from enquiries.services import record_activity

        theirs, back = accepted(), declined()
        as_at = timezone.now().isoformat()
        for handover in (theirs, back):
            record_activity(enquiry=handover.enquiry, kind="details_changed", by=worker, note="Telephone")
        changed = gateshead_system.get(updated_since=as_at).json()["results"]
        assert [row["reference"] for row in changed] == [theirs.reference]

    def test_following_as_at_misses_nothing(self, gateshead_system, sent):
        before = timezone.now()
        as_at = datetime.datetime.fromisoformat(gateshead_system.get().json()["as_at"])
        assert before - datetime.timedelta(seconds=70) < as_at < before

    def test_a_plus_sign_that_nobody_escaped_is_read_as_meant(self, gateshead_system, sent):
        sent()
        answer = gateshead_system.get(f"{LIST}?updated_since=2026-01-01T10:00:00+01:00")
        assert answer.status_code == 200 and len(answer.json()["results"]) == 1

    @pytest.mark.parametrize(
        ("asked", "where"),
        [
            ({"state": "new"}, "#/state"),
            ({"state": ""}, "#/state"),
            ({"limit": "0"}, "#/limit"),
            ({"limit": "201"}, "#/limit"),
            ({"limit": "ten"}, "#/limit"),
            ({"updated_since": "yesterday"}, "#/updated_since"),
            ({"updated_since": "2026-11-20T09:00:00"}, "#/updated_since"),
            ({"updated_since": "2999-11-20T09:00:00Z"}, "#/updated_since"),
            ({"cursor": "x"}, "#/cursor"),
            ({"cursor": "é" * 9}, "#/cursor"),
            ({"cursor": "TiA5IDIwMjYtMTEtMjBUMDk6MDA6MDA"}, "#/cursor"),  # without offset
            ({"since": "2026-11-20"}, "#/since"),
        ],
    )
    def test_what_it_does_not_understand(self, gateshead_system, asked, where):
        assert where in problem(gateshead_system.get(**asked), 422)

    def test_a_cursor_of_another_order(self, gateshead_system, sent):
        sent(), sent()
        following = gateshead_system.get(limit=1).json()["next"]
        answer = gateshead_system.get(f"{following}&updated_since=2020-01-01T00:00:00Z")
        assert "#/cursor" in problem(answer, 422)

    def test_as_many_questions_for_many_as_for_one(self, gateshead_system, sent, accepted):
        sent(), accepted()
        gateshead_system.get()
        with CaptureQueriesContext(
            connection,
        ) as few:
            gateshead_system.get()
        for _ in range(3):
            sent(), accepted()
        with CaptureQueriesContext(connection) as many:
            assert len(gateshead_system.get().json()["results"]) == 8
        assert len(many) == len(few) <= 11


class TestRecord:
    def test_before_accepting_the_preview_and_it_counts_as_opened(self, gateshead_system, sent):
        handover = sent()
        answer = gateshead_system.read(handover)
        record = answer.json()
        handover.refresh_from_db()
        assert (handover.state, handover.opened_by) == ("opened", gateshead_system.user)
        assert record["state"] == "opened" and record["preview"]["applicants"] == 2 and record["opened_at"]
        assert record["allowed_answers"] == ["accept", "decline", "return"] and record["allowed_milestones"] == []
        assert (record["package"], record["record"], record["pdf"], record["milestones"]) == (None, None, None, [])
        assert [name for name in names_of(handover) if name in answer.content.decode()] == []
        assert looked_at() == [(gateshead_system.user.pk, "preview_referral", handover.reference)]
        gateshead_system.read(handover)
        assert handover.enquiry.activities.filter(kind="handover_opened").count() == 1

    def test_taken_back_while_they_look(self, gateshead_system, sent, worker, monkeypatch):
        handover = sent()

        def too_late(**said):
            with for_the_hub():
                withdraw_handover(handover=handover, by=worker, reason="person_asked")
            return open_handover(**said)

        monkeypatch.setattr("handover.api.record.open_handover", too_late)
        answer = gateshead_system.read(handover)
        assert answer.status_code == 200 and looked_at() == []
        record = answer.json()
        assert (record["state"], record["preview"], record["allowed_answers"]) == ("withdrawn", None, [])

    def test_after_accepting_the_whole(self, gateshead_system, accepted):
        handover = accepted()
        record = gateshead_system.read(handover).json()
        handover.refresh_from_db()
        assert record["package"] == handover.package and record["package_sha256"] == package_hash(record["package"])
        assert record["record"] == json.loads(canonical_json(data_set(handover.enquiry, handover.authority)))
        assert record["record"]["applicants"][0]["first_name"] == "Amina"
        assert record["pdf"] == "being_made" and record["preview"] is None
        assert record["allowed_milestones"] == ["initial_visit", "application_received", "closed"]
        assert looked_at()[-1] == (gateshead_system.user.pk, "read_referral", handover.reference)

    def test_what_is_safe_now_is_there_beside_what_was_sent(self, gateshead_system, accepted):
        handover = accepted()
        handover.enquiry.applicants.update(phone="+447700900999")
        record = gateshead_system.read(handover).json()
        assert record["package"]["applicants"][0]["phone"] == "+447700900123"
        assert record["record"]["applicants"][0]["phone"] == "+447700900999"

    @pytest.mark.parametrize("state", ["declined", "withdrawn"])
    def test_of_one_given_back_how_it_ended_and_no_more(self, gateshead_system, state, request):
        handover = request.getfixturevalue(state)()
        answer = gateshead_system.read(handover)
        record = answer.json()
        assert answer.status_code == 200 and record["state"] == state
        assert (record["summary"], record["preview"], record["package"], record["record"]) == (None,) * 4
        assert (record["allowed_answers"], record["allowed_milestones"]) == ([], [])
        assert [name for name in names_of(handover) if name in answer.content.decode()] == []
        assert looked_at() == []

    @pytest.mark.parametrize("reference", ["NOPE-1111-H1", "x" * 400, "a b", "é", "%00", "..", "1' OR 1=1"])
    def test_what_there_is_not(self, gateshead_system, reference):
        problem(gateshead_system.get(f"{LIST}{reference}/"), 404)

    def test_as_many_questions_for_a_long_history_as_for_a_short(self, gateshead_system, accepted):
        handover = accepted()
        gateshead_system.read(handover)
        with CaptureQueriesContext(connection) as few:
            gateshead_system.read(handover)
        for kind in ("initial_visit", "application_received", "stage1_started", "stage2_started"):
            record_milestone(handover=handover, by=gateshead_system.user, kind=kind, occurred_on=today())
        with CaptureQueriesContext(connection) as many:
            assert len(gateshead_system.read(handover).json()["milestones"]) == 4
        assert len(many) == len(few) <= 21, [one["sql"][:90] for one in many]


class TestPdf:
    def pdf(self, system, handover):
        return system.get(f"{LIST}{handover.reference}/package.pdf")

    def test_once_it_is_made(self, gateshead_system, accepted, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        handover = accepted()
        waiting = self.pdf(gateshead_system, handover)
        assert "being made" in problem(waiting, 404)[""] and waiting["Retry-After"] == "30"
        make_pdf(handover.pk)
        answer = self.pdf(gateshead_system, handover)
        assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
        assert looked_at()[-1] == (gateshead_system.user.pk, "download_pdf", handover.reference)
        assert gateshead_system.read(handover).json()["pdf"] == "ready"

    @pytest.mark.parametrize("state", ["sent", "declined", "withdrawn"])
    def test_not_of_one_that_is_not_theirs_to_read(self, gateshead_system, state, request):
        answer = self.pdf(gateshead_system, request.getfixturevalue(state)())
        assert "once you have accepted" in problem(answer, 404)[""] and "Retry-After" not in answer

    def test_not_of_history(self, gateshead_system, accepted):
        handover = accepted()
        with pgtrigger.ignore("handover.Handover:package_frozen"):
            Handover.objects.update(package={}, package_sha256="")
        assert "no PDF" in problem(self.pdf(gateshead_system, handover), 404)[""]


class TestWhoMay:
    READS = ("", "{}/", "{}/package.pdf")
    WRITES = ("accept", "decline", "return", "milestones")

    def test_another_councils_is_404_and_untouched(self, gateshead_system, of_newcastle):
        before = of_newcastle.enquiry.activities.count()
        problem(gateshead_system.read(of_newcastle), 404)
        problem(gateshead_system.get(f"{LIST}{of_newcastle.reference}/package.pdf"), 404)
        for verb, sent in [
            ("accept", {}),
            ("decline", {"reason": "capacity"}),
            ("return", {"reason": "person_asked"}),
            ("milestones", {"kind": "initial_visit", "occurred_on": today().isoformat()}),
        ]:
            problem(gateshead_system.post(of_newcastle, verb, sent), 404)
        of_newcastle.refresh_from_db()
        assert of_newcastle.state == "sent" and of_newcastle.enquiry.activities.count() == before
        assert looked_at() == []

    def test_reading_alone_writes_nothing_and_the_other_way(self, client, gateshead, sent, directory):
        reader, writer = council(client, gateshead, ["handovers:read"]), council(client, gateshead, ["handovers:write"])
        handover = sent()
        for verb in self.WRITES:
            assert "handovers:write" in problem(reader.post(handover, verb), 403)[""]
        for address in self.READS:
            assert "handovers:read" in problem(writer.get(LIST + address.format(handover.reference)), 403)[""]

    @pytest.mark.parametrize("change", ["revoked", "expired", "unknown"])
    def test_a_token_that_no_longer_holds(self, gateshead_system, sent, change):
        handover, now = sent(), timezone.now()
        rows = type(gateshead_system.token).objects
        if change == "revoked":
            rows.update(revoked_at=now)
        elif change == "expired":
            rows.update(made_at=now - datetime.timedelta(days=2), expires_at=now - datetime.timedelta(seconds=1))
        else:
            gateshead_system.secret += "x"
        answers = [gateshead_system.read(handover), gateshead_system.get(), gateshead_system.post(handover, "accept")]
        for answer in answers:
            assert answer["WWW-Authenticate"].startswith("Bearer")
            problem(answer, 401)
        handover.refresh_from_db()
        assert handover.state == "sent" and looked_at() == []

    def test_the_hubs_own_token_is_of_no_council(self, client, hub, gateshead_system):
        rows = type(gateshead_system.token).objects
        rows.update(authority=None, acts_as=None)
        assert "of a council" in problem(gateshead_system.get(), 403)[""]

    def test_so_many_a_minute(self, gateshead_system, settings):
        settings.API_CALLS_A_MINUTE = 2
        answers = [gateshead_system.get() for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 0 < int(answers[2]["Retry-After"]) <= 60
        problem(answers[2], 429)

    @pytest.mark.parametrize("method", ["put", "patch", "delete", "post", "head", "options"])
    def test_wrong_method(self, gateshead_system, method):
        answer = getattr(gateshead_system.client, method)(
            LIST, headers={"Authorization": f"Bearer {gateshead_system.secret}"}
        )
        assert answer.status_code == 405 and answer["Allow"] == "GET"
