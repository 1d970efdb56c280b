"""The demo's telephone: a script that was changed once, calls taken and missed, and the weekly tests of the ways in."""

import copy
import datetime

from django.utils import timezone

from enquiries.models import CallScript, LineTest, PhoneCall
from enquiries.telephone.script import DEFAULT, FIRST
from enquiries.telephone.services import file_call, keep_answers, record_call_event, start_call
from enquiries.telephone.taking import CallForm
from hub.models import User
from hub.working_time import LONDON, local_date

NUMBER = "+441914980100"
TALKED = {
    "safe_now": "yes", "ways": "phone", "leave_message": "yes", "say_who": "yes", "when": "afternoon",
    "first_name": "Maureen", "last_name": "Liddle", "message": "Her sister fosters in Durham and said: just ring them.",
    "situation": "foster", "source": "word_of_mouth", "age": "21_or_over", "spare_room": "yes",
    "own_household": "Herself and a grown-up son, one old cat.", "interests": "teenagers", "timing": "now",
    "share": "yes", "keep_in_touch": "yes", "own_1": "The teenager part: “Will they like me?”",
    "agreed": "Sent the guide. She would like to meet somebody who fosters teenagers.",
}  # fmt: skip
HALF_WAY = {"safe_now": "yes", "first_name": "Colin", "message": "Saw the bus. Renting, is that a problem?"}


def make_calls(postcode: str) -> int:
    """A believable telephone beside the live cases; gives how many calls."""
    _publish_script()
    _test_the_ways_in()
    _talk_that_was_filed(postcode)
    _talk_half_way()
    _calls_that_nobody_took()
    return PhoneCall.objects.count() + 3


def _who(name: str) -> User:
    return User.objects.get(email=f"{name}@hub.example.org")


def _ago(**past) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(**past)


def _publish_script() -> None:
    parts = copy.deepcopy(DEFAULT)
    parts[2]["say"] += "\n\nIf they saw the buses: ask which one, Ruth keeps count."
    question = {"name": "own_1", "ask": "Is there something that worries them?", "hint": "Write down their own words."}
    parts[2]["questions"].append(question)
    CallScript.objects.create(version=1, parts=DEFAULT, why=FIRST, published_at=_ago(days=200))
    CallScript.objects.create(
        version=2, parts=parts, published_at=_ago(days=40), published_by=_who("manager"),
        why="We ask what worries them: people who said it came back more often.",
    )  # fmt: skip


def _test_the_ways_in() -> None:
    for way, days, who in (("form", 3, "worker"), ("phone", 3, "worker2"), ("email", 2, "worker3")):
        LineTest.objects.create(way=way, worked=True, by=_who(who), tested_at=_ago(days=days, minutes=40))


def _begun(by: User, number: str, at: datetime.datetime, typed: dict[str, str]) -> PhoneCall:
    call = start_call(by=by, number=number, dialled=NUMBER)
    PhoneCall.objects.filter(pk=call.pk).update(started_at=at)
    answers = {name: [text] for name, text in typed.items()}
    return keep_answers(call=PhoneCall.objects.get(pk=call.pk), by=by, typed=answers, window="", seen=0).call


def _talk_that_was_filed(postcode: str) -> None:
    callum = _who("worker2")
    call = _begun(callum, "+447700900538", _ago(minutes=95), {**TALKED, "postcode": postcode})
    form = CallForm(call)
    form.is_valid()
    file_call(call=call, by=callum, filing=form.filing())


def _talk_half_way() -> None:
    _begun(_who("worker"), "+441632960118", _ago(minutes=25), HALF_WAY)


def _calls_that_nobody_took() -> None:
    """Somebody we have not reached yet, yesterday evening; a number nobody knows; a withheld one."""
    yesterday = local_date(timezone.now()) - datetime.timedelta(days=1)
    evening = datetime.datetime.combine(yesterday, datetime.time(18, 20), tzinfo=LONDON)
    recording = "https://calls.example.org/recordings/20418"
    for call_id, kind, caller, at, link in (
        ("demo-20418", "voicemail", "+447700900288", evening, recording),
        ("demo-20431", "missed", "+441632960874", _ago(minutes=50), ""),
        ("demo-20433", "missed", "", _ago(minutes=12), ""),
    ):
        record_call_event(call_id=call_id, kind=kind, caller=caller, dialled=NUMBER, at=at, recording=link)
