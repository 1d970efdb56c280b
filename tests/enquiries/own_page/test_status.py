"""What the page says in each stage: every row of the table is walked, and no word of staff comes through."""

import pytest
import time_machine
from django.utils import timezone

from enquiries.callbacks.services import book_callback, slots_on_offer
from enquiries.journey import CLOCKS, KINDS, OPEN_STAGES, STAGES, Stage
from enquiries.models import SafeContact
from enquiries.own_page.data import IN_THEIR_WORDS
from enquiries.own_page.status import NOW, STEPS, Standing
from enquiries.services import assign_enquiry, record_activity
from tests.conftest import moment
from tests.factories import someone

pytestmark = pytest.mark.django_db

MONDAY = moment("2026-03-02 10:00")


@pytest.fixture
def monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def stands(enquiry) -> Standing:
    enquiry.refresh_from_db()
    return Standing(enquiry)


def test_the_table_knows_every_open_stage_and_every_kind():
    assert set(NOW) == set(OPEN_STAGES) | {
        "callback", "answer", "hold", "visit", "last_try", "eoi_invited", "eoi_returned"
    }  # fmt: skip
    assert {now.step for now in NOW.values()} - {""} <= {step.name for step in STEPS}
    assert set(IN_THEIR_WORDS) == set(KINDS)
    assert {kind for step in STEPS for kind in step.by} <= set(KINDS)
    asked = {kind.asks for kind in KINDS.values()} - {""}
    assert asked <= set(NOW) and set(CLOCKS) >= asked


@pytest.mark.parametrize(
    ("stage", "title", "words"),
    [
        ("new", "We owe you a call", "Somebody from our team rings you by Tuesday 3 March."),
        ("in_touch", "We are in touch with you", "is in touch again by Monday 9 March."),
        ("eoi", "We look at what you told us", "You need do nothing. We are done by Wednesday 4 March."),
        ("ready", "We pass your details to your council", "Gateshead gets your details by Wednesday 4 March"),
        ("handed_over", "Your council looks at your details", "Gateshead has your details, and answers us by"),
        ("with_authority", "Your council gets in touch with you", "Gateshead talks with you about applying."),
        ("application", "Your council checks your application", "Gateshead asks for references and checks."),
        ("assessment", "Your council gets to know you", "A social worker of Gateshead visits you."),
    ],
)
def test_now_says_who_acts_and_by_when(monday, make_enquiry, stage, title, words):
    standing = stands(make_enquiry(stage))
    (now,) = [item for item in standing.steps if item["state"] == "now"]
    assert now["title"] == title and words in now["text"]


@pytest.mark.parametrize("stage", sorted(OPEN_STAGES))
def test_late_is_said_and_what_to_do(make_enquiry, stage):
    with time_machine.travel(MONDAY, tick=False):
        enquiry = make_enquiry(stage)
    with time_machine.travel(moment("2026-06-01 10:00"), tick=False):
        text = stands(enquiry).now_text
    assert text and "{" not in text
    if NOW[stage].late:
        assert "March" in text and ("sorry" in text or "longer" in text or "expected" in text)


def test_who_must_not_be_rung_is_written_to(monday, make_enquiry):
    enquiry = make_enquiry(safe_contact={"by_phone": False})
    assert stands(enquiry).now_text.startswith("We write to you by Tuesday 3 March")


def test_the_owner_is_known_by_first_name_alone(monday, make_enquiry):
    enquiry, worker = make_enquiry(), someone("hub_worker")
    worker.name = "Ruth Adeyemi"
    worker.save()
    assign_enquiry(enquiry=enquiry, to=worker, by=worker)
    assert stands(enquiry).now_text == "Ruth rings you by Tuesday 3 March."


def test_a_call_back_an_answer_and_not_yet_come_first(monday, make_enquiry):
    enquiry = make_enquiry("in_touch")
    with time_machine.travel(moment("2026-03-02 10:05"), tick=False):
        record_activity(enquiry=enquiry, kind="message_received", by=None, recorder="enquirer", note="Hello")
    assert stands(enquiry).now_text == "You have been in touch, and we answer by Tuesday 3 March."
    with time_machine.travel(moment("2026-03-02 10:10"), tick=False):
        book_callback(enquiry=enquiry, starts_at=slots_on_offer()[0].starts_at)
    assert "rings you today at 11am" in stands(enquiry).now_text
    waiting = make_enquiry("in_touch")
    until = timezone.now().date().replace(month=9)
    record_activity(enquiry=waiting, kind="hold_started", by=None, recorder="enquirer", until=until)
    standing = stands(waiting)
    assert standing.now.title == "Not yet is fine" and "Wednesday 2 September" in standing.now_text


def test_done_now_and_next_follow_each_other(make_enquiry):
    for stage in STAGES:
        if stage == Stage.CLOSED:
            continue
        states = [item["state"] for item in stands(make_enquiry(stage)).steps]
        assert states == sorted(states, key=["done", "now", "next"].index)
        assert states.count("now") == (0 if stage == Stage.APPROVED else 1)
        assert states[0] == ("done")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"situation": "carer_elsewhere"}, "how moving to one of our councils would go"),
        ({"situation": "kinship"}, "usually the one at the council where the child lives"),
        ({"situation": "supported_lodgings"}, "who arranges it where you live"),
        ({"age": "under_18"}, "what helps until you are 21"),
    ],
)
def test_who_does_not_go_the_common_way_reads_what_comes_of_it(make_enquiry, told, words):
    """Nobody is told of an application that is not theirs to make."""
    for stage in ("new", "in_touch"):
        items = stands(make_enquiry(stage, **told)).steps
        assert words in items[-1]["text"] and items[-1]["state"] == "next"
        said = " ".join(item["title"] for item in items)
        assert "apply" not in said and "council gets" not in said and "decides" not in said
    assert "You apply to your council" in [item["title"] for item in stands(make_enquiry("ready", **told)).steps]


def test_a_visit_that_was_made_is_done(make_enquiry):
    enquiry = make_enquiry("in_touch")
    record_activity(enquiry=enquiry, kind="initial_visit", by=someone("hub_worker"))
    titles = {item["title"]: item["state"] for item in stands(enquiry).steps}
    assert titles["First visit"] == "done" and titles["We are in touch with you"] == "now"


class TestWhoHasTheDetails:
    def test_the_hub_at_first(self, make_enquiry):
        holder = stands(make_enquiry("ready")).holder
        assert holder.name == "" and holder.text == "Nobody else has them."

    def test_both_while_the_council_thinks(self, make_enquiry):
        holder = stands(make_enquiry("handed_over")).holder
        assert holder.name == "" and "Gateshead has had them too since" in holder.text

    def test_the_council_once_it_has_accepted_and_afterwards(self, make_enquiry, gateshead):
        for stage in ("with_authority", "application", "approved"):
            assert stands(make_enquiry(stage)).holder.name == "Gateshead"
        enquiry = make_enquiry("application")
        council = someone("authority_worker", gateshead)
        record_activity(enquiry=enquiry, kind="closed", by=council, reason="timing")
        assert stands(enquiry).holder.name == "Gateshead"

    def test_the_hub_again_when_the_council_gave_them_back(self, make_enquiry, gateshead):
        enquiry = make_enquiry("handed_over")
        council = someone("authority_worker", gateshead)
        record_activity(enquiry=enquiry, kind="handover_declined", by=council, reason="no_capacity")
        assert stands(enquiry).holder.name == ""


def test_nothing_that_staff_wrote_is_on_the_page(make_enquiry, page_of):
    enquiry, worker = make_enquiry("in_touch"), someone("hub_worker")
    for kind, more in (("note", {}), ("initial_visit", {}), ("attempt", {"outcome": "no_answer"})):
        record_activity(enquiry=enquiry, kind=kind, by=worker, note="The flat smells of cats", **more)
    SafeContact.objects.filter(enquiry=enquiry).update(notes="His mother must not know")
    html = page_of(enquiry)
    assert "cats" not in html and worker.name not in html and "attempt" not in html.lower()
    assert "mother" not in html
    for rule in STAGES.values():
        assert f">{rule.label}<" not in html
