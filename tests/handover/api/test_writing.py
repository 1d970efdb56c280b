"""What a council's system may do: answer once, and record dates that can be; each call with its key is done once."""

import datetime

import pytest
from django.utils import timezone

from handover.milestones import MILESTONES, record_milestone
from handover.models import Handover
from handover.services import answer_handover, withdraw_handover
from hub.isolation import for_the_hub
from hub.models import ApiAnswer
from hub.working_time import today

from .conftest import problem

STEPS = ["initial_visit", "application_received", "stage1_started", "stage1_completed", "stage2_started", "panel_held"]


def step(kind="application_received", on=None, **changes) -> dict:
    return {"kind": kind, "occurred_on": on or today().isoformat(), **changes}


class TestAnswers:
    @pytest.mark.parametrize(
        ("verb", "body", "state", "stage"),
        [
            ("accept", {}, "accepted", "with_authority"),
            ("decline", {"reason": "capacity"}, "declined", None),
            ("return", {"reason": "information", "note": "Who else lives there?"}, "returned", None),
        ],
    )
    def test_each(self, gateshead_system, sent, verb, body, state, stage):
        handover = sent()
        answer = gateshead_system.post(handover, verb, body)
        handover.refresh_from_db()
        assert answer.status_code == 200, answer.content
        told = answer.json()
        assert (told["reference"], told["state"], told["stage"]) == (handover.reference, state, stage)
        assert told["allowed_answers"] == []
        assert told["allowed_milestones"] == (
            ["initial_visit", "application_received", "closed"] if state == "accepted" else []
        )
        assert (handover.state, handover.answered_by) == (state, gateshead_system.user)
        assert (handover.reason, handover.note) == (body.get("reason", ""), body.get("note", ""))

    @pytest.mark.parametrize("verb", ["accept", "decline", "return"])
    @pytest.mark.parametrize("state", ["accepted", "declined", "withdrawn"])
    def test_once_and_not_after_it_was_taken_back(self, gateshead_system, verb, state, request):
        handover = request.getfixturevalue(state)()
        facts = handover.enquiry.activities.count()
        answer = gateshead_system.post(handover, verb, {} if verb == "accept" else {"reason": "other", "note": "x"})
        assert "no longer waiting for an answer" in problem(answer, 409)[""]
        assert handover.enquiry.activities.count() == facts and not ApiAnswer.objects.exists()

    def test_somebody_of_theirs_was_quicker(self, gateshead_system, sent, gateshead_worker, monkeypatch):
        handover = sent()
        ours = answer_handover

        def slower(**said):
            ours(**{**said, "by": gateshead_worker, "answer": "declined", "reason": "capacity"})
            return ours(**said)

        monkeypatch.setattr("handover.api.answering.answer_handover", slower)
        assert "declined" in problem(gateshead_system.post(handover, "accept"), 409)[""]

    @pytest.mark.parametrize(
        ("verb", "body", "where"),
        [
            ("accept", {"reason": "capacity"}, "#/reason"),
            ("decline", {}, "#/reason"),
            ("decline", {"reason": "information"}, "#/reason"),
            ("decline", {"reason": "other"}, "#/note"),
            ("decline", {"reason": "capacity", "why": "x"}, "#/why"),
            ("decline", {"reason": ["capacity"]}, "#/reason"),
            ("decline", {"reason": "capacity", "note": "x" * 1001}, "#/note"),
            ("return", {"reason": "capacity"}, "#/reason"),
            ("return", {"reason": "information"}, "#/note"),
            ("return", [], "#"),
        ],
    )
    def test_what_cannot_be_taken(self, gateshead_system, sent, verb, body, where):
        handover = sent()
        assert where in problem(gateshead_system.post(handover, verb, body), 422)
        handover.refresh_from_db()
        assert handover.state == "sent"

    @pytest.mark.parametrize(
        "body", [b"{", b"\xff", b'{"reason": "capacity", "reason": "known"}', b'{"note": "\\u0000"}']
    )
    def test_what_cannot_be_read(self, gateshead_system, sent, body):
        problem(gateshead_system.post(sent(), "decline", body), 400)

    def test_what_is_too_long(self, gateshead_system, sent):
        problem(gateshead_system.post(sent(), "decline", b'{"note": "' + b"x" * 200_000 + b'"}'), 413)

    def test_a_key_is_needed(self, gateshead_system, sent):
        problem(gateshead_system.post(sent(), "accept", key=" "), 400)


class TestKeys:
    def test_sent_again_it_is_done_once_and_the_answer_is_the_same(self, gateshead_system, accepted):
        handover = accepted()
        first, again = (gateshead_system.post(handover, "milestones", step(), key="k") for _ in range(2))
        assert (first.status_code, first.content) == (again.status_code, again.content) and first.status_code == 201
        assert handover.enquiry.activities.filter(kind="application_received").count() == 1

    def test_an_accept_whose_answer_was_lost_is_no_conflict(self, gateshead_system, sent):
        handover = sent()
        first, again = (gateshead_system.post(handover, "accept", key="k") for _ in range(2))
        assert first.status_code == again.status_code == 200 and first.content == again.content

    def test_with_something_else_in_it(self, gateshead_system, accepted):
        one, other = accepted(), accepted()
        assert gateshead_system.post(one, "milestones", step(), key="k").status_code == 201
        for answer in (
            gateshead_system.post(one, "milestones", step("stage1_started"), key="k"),
            gateshead_system.post(other, "milestones", step(), key="k"),
        ):
            assert "new one" in problem(answer, 409)[""]
        assert not other.enquiry.activities.filter(kind="application_received").exists()

    def test_what_was_refused_may_be_mended_under_its_key(self, gateshead_system, accepted):
        handover = accepted()
        problem(gateshead_system.post(handover, "milestones", step("panel_held"), key="k"), 422)
        assert gateshead_system.post(handover, "milestones", step(), key="k").status_code == 201


class TestMilestones:
    def test_the_whole_way_by_what_is_allowed(self, gateshead_system, accepted):
        handover = accepted()
        for kind in STEPS:
            allowed = gateshead_system.read(handover).json()["allowed_milestones"]
            assert kind in allowed
            sent = step(kind)
            answer = gateshead_system.post(handover, "milestones", sent)
            assert answer.status_code == 201, answer.content
            told = answer.json()
            assert told["milestone"]["kind"] == kind and told["milestone"]["occurred_on"] == sent["occurred_on"]
            assert kind not in told["allowed_milestones"] and told["milestone"]["yours"]
        last = gateshead_system.post(handover, "milestones", step("decided", outcome="approved", places=2)).json()
        assert (last["state"], last["stage"], last["allowed_milestones"]) == ("completed", "approved", [])
        assert (last["milestone"]["outcome"], last["milestone"]["places"]) == ("approved", 2)
        handover.refresh_from_db()
        assert handover.state == "completed" and handover.enquiry.decision == "approved"
        told = gateshead_system.read(handover).json()["milestones"]
        assert [one["kind"] for one in told] == [*STEPS, "decided"] and {*STEPS, "decided"} == {*MILESTONES}
        decided = handover.enquiry.activities.get(kind="decided")
        assert decided.recorded_by == gateshead_system.user

    def test_ended(self, gateshead_system, accepted):
        handover = accepted()
        answer = gateshead_system.post(handover, "milestones", step("closed", reason="work"))
        assert (answer.json()["state"], answer.json()["stage"]) == ("completed", "closed")
        assert answer.json()["milestone"]["reason"] == "work"
        handover.enquiry.refresh_from_db()
        assert handover.enquiry.closed_reason == "work"

    @pytest.mark.parametrize(
        ("changes", "where"),
        [
            ({"kind": "handover_accepted"}, "#/kind"),
            ({"kind": "conversation"}, "#/kind"),
            ({"kind": None}, "#/kind"),
            ({"occurred_on": "2999-01-01"}, "#/occurred_on"),
            ({"occurred_on": "0001-01-01"}, "#/occurred_on"),
            ({"occurred_on": "20.11.2026"}, "#/occurred_on"),
            ({"occurred_on": "2026-02-30"}, "#/occurred_on"),
            ({"occurred_on": 20261120}, "#/occurred_on"),
            ({"occurred_on": "2024-05-01"}, "#/occurred_on"),  # before it was sent
            ({"outcome": "approved"}, "#/outcome"),
            ({"places": 2}, "#/places"),
            ({"reason": "work"}, "#/reason"),
            ({"note": 1}, "#/note"),
            ({"place": 1}, "#/place"),
            ({"why": "x"}, "#/corrects"),
            ({"corrects": 1}, "#/why"),
            ({"corrects": 0, "why": "x"}, "#/corrects"),
            ({"corrects": 2**70, "why": "x"}, "#/corrects"),
            ({"corrects": 12345678, "why": "x"}, "#/corrects"),
            ({"kind": "panel_held"}, "#/kind"),
            ({"kind": "decided"}, "#/outcome"),
            ({"kind": "decided", "outcome": "approved"}, "#/places"),
            ({"kind": "decided", "outcome": "approved", "places": 0}, "#/places"),
            ({"kind": "decided", "outcome": "approved", "places": "2"}, "#/places"),
            ({"kind": "decided", "outcome": "approved", "places": True}, "#/places"),
            ({"kind": "decided", "outcome": "approved", "places": 2.5}, "#/places"),
            ({"kind": "decided", "outcome": "not_approved", "places": 2}, "#/places"),
            ({"kind": "decided", "outcome": "approved", "places": 2}, "#/kind"),  # not from here
            ({"kind": "closed"}, "#/reason"),
            ({"kind": "closed", "reason": "duplicate"}, "#/reason"),
        ],
        ids=str,
    )
    def test_what_cannot_be_taken(self, gateshead_system, accepted, changes, where):
        handover = accepted()
        facts = handover.enquiry.activities.count()
        said = problem(gateshead_system.post(handover, "milestones", {**step(), **changes}), 422)
        assert where in said, said
        assert handover.enquiry.activities.count() == facts

    def test_before_its_predecessor_and_twice(self, gateshead_system, accepted):
        handover = accepted()
        gateshead_system.post(handover, "milestones", step())
        yesterday = (today() - datetime.timedelta(days=1)).isoformat()
        said = problem(gateshead_system.post(handover, "milestones", step("stage1_started", yesterday)), 422)
        assert "before" in said["#/occurred_on"]
        assert "already recorded" in problem(gateshead_system.post(handover, "milestones", step()), 422)["#/kind"]

    @pytest.mark.parametrize(("state", "words"), [("sent", "Accept it first"), ("withdrawn", "not with you")])
    def test_of_one_that_is_not_with_them(self, gateshead_system, state, words, request):
        handover = request.getfixturevalue(state)()
        assert words in problem(gateshead_system.post(handover, "milestones", step()), 409)[""]

    def test_withdrawn_meanwhile(self, gateshead_system, accepted, worker, monkeypatch):
        handover = accepted()

        def later(**said):
            with for_the_hub():
                withdraw_handover(handover=handover, by=worker, reason="person_asked")
            return record_milestone(**said)

        monkeypatch.setattr("handover.api.answering.record_milestone", later)
        assert "withdrawn" in problem(gateshead_system.post(handover, "milestones", step()), 409)[""]


class TestCorrections:
    def recorded(self, system, handover, **changes) -> int:
        return system.post(handover, "milestones", step(**changes)).json()["milestone"]["id"]

    def test_takes_the_place_of_the_earlier_and_keeps_it(self, gateshead_system, accepted):
        handover = accepted(received_at=timezone.now() - datetime.timedelta(days=9))
        number = self.recorded(gateshead_system, handover, kind="initial_visit")
        day = (today() - datetime.timedelta(days=3)).isoformat()
        answer = gateshead_system.post(
            handover, "milestones", step("initial_visit", day, corrects=number, why="The wrong week")
        )
        assert answer.status_code == 201 and answer.json()["milestone"]["occurred_on"] == day
        assert [one["occurred_on"] for one in gateshead_system.read(handover).json()["milestones"]] == [day]
        voided = handover.enquiry.activities.get(kind="voided")
        assert (voided.voids_id, voided.note, voided.recorded_by) == (number, "The wrong week", gateshead_system.user)

    def test_a_decision_that_was_another(self, gateshead_system, accepted):
        handover = accepted()
        for kind in ("application_received", "stage2_started"):
            gateshead_system.post(handover, "milestones", step(kind))
        number = self.recorded(gateshead_system, handover, kind="decided", outcome="approved", places=2)
        right = step("decided", outcome="approved", places=3, corrects=number, why="A slip")
        assert gateshead_system.post(handover, "milestones", right).json()["milestone"]["places"] == 3

    def test_not_with_another_kind_nor_of_the_hub_nor_of_another_referral(self, gateshead_system, accepted, worker):
        handover, other = accepted(), accepted()
        number = self.recorded(gateshead_system, handover)
        elsewhere = self.recorded(gateshead_system, other)
        accepted_fact = handover.enquiry.activities.get(kind="handover_accepted").pk
        for wrong, kind in [(number, "initial_visit"), (elsewhere, "application_received"), (accepted_fact, "closed")]:
            body = step(kind, corrects=wrong, why="x", **({"reason": "work"} if kind == "closed" else {}))
            assert "#/corrects" in problem(gateshead_system.post(handover, "milestones", body), 422)

    def test_to_a_date_that_cannot_be(self, gateshead_system, accepted):
        handover = accepted()
        number = self.recorded(gateshead_system, handover)
        body = step(on="2024-01-01", corrects=number, why="x")
        assert "#/occurred_on" in problem(gateshead_system.post(handover, "milestones", body), 422)
        assert Handover.objects.get(pk=handover.pk).enquiry.stage == "application"
