"""How long what was typed is kept, what is kept of it, and whom it names."""

import json

import pytest
import time_machine
from django.urls import reverse

from enquiries.intake.draft import KEPT_FOR
from enquiries.models import Enquiry
from tests.conftest import moment

from .conftest import COUPLE

pytestmark = pytest.mark.django_db
TOO_LONG = "enquire_too_long"


def test_a_draft_ends_twelve_hours_after_its_last_answer(visitor):
    with time_machine.travel(moment("2026-11-20 09:00"), tick=False) as clock:
        visitor.fill(until="source")
        clock.move_to(moment("2026-11-20 20:59"))
        assert visitor.answer("source", **COUPLE["source"]).url == reverse("enquire_step", args=["sharing"])
        clock.move_to(moment("2026-11-21 08:58"))
        assert visitor.page("sharing").status_code == 200
        # Something else of the visit keeps the session alive; the draft ends all the same.
        session = visitor.client.session
        session["arrival"] = {}
        session.save()
        clock.move_to(moment("2026-11-21 08:59"))
        assert visitor.page("sharing").url == reverse(TOO_LONG)


@pytest.mark.parametrize(
    ("method", "path", "session_lives"),
    [
        ("get", "/enquire/", True),
        ("get", "/enquire/postcode/", True),
        ("post", "/enquire/postcode/", True),
        *(
            (method, path, lives)
            for method in ("get", "post")
            for path in ("/enquire/sharing/", "/enquire/check-answers/")
            for lives in (True, False)
        ),
    ],
)
def test_every_page_says_kindly_that_the_answers_are_gone(visitor, method, path, session_lives):
    with time_machine.travel(moment("2026-11-20 09:00"), tick=False) as clock:
        visitor.fill()
        if session_lives:
            clock.move_to(moment("2026-11-20 20:00"))
            session = visitor.client.session
            session["arrival"] = {}
            session.save()
        clock.move_to(moment("2026-11-20 09:00") + KEPT_FOR)
        answer = getattr(visitor.client, method)(path, follow=True)
        assert answer.redirect_chain == [(reverse(TOO_LONG), 302)]
        page = answer.content.decode()
        assert "Nothing was sent" in page and "12 hours after your last answer" in page and "Begin again" in page
        assert not Enquiry.objects.exists()
        assert "enquiry_draft" not in visitor.client.session
        # And one may begin again.
        assert visitor.client.get(reverse("enquire")).url == reverse("enquire_step", args=["postcode"])


def test_a_draft_is_plain_json(visitor):
    visitor.fill(timing={"timing": "not_yet"}, not_yet={"timing_next": "later"},
                 later={"ask_when": "date", "ask_on_day": "1", "ask_on_month": "3", "ask_on_year": "2027",
                        "may_ask": "yes"})  # fmt: skip
    kept = visitor.client.session["enquiry_draft"]
    assert json.loads(json.dumps(kept)) == kept
    assert kept["answers"]["later"]["ask_on_year"] == ["2027"]


def test_two_people_may_share_email_and_telephone(visitor):
    shared = {"second_email": "amina@example.org", "second_phone": "07700 900123"}
    visitor.fill(other_name={**COUPLE["other-name"], **shared}).send()
    first, second = Enquiry.objects.get().applicants.all()
    assert (first.email, first.phone) == (second.email, second.phone) == ("amina@example.org", "+447700900123")
    assert str(second) == "Tom O’Neill"


def test_the_other_person_may_have_their_own(visitor):
    own = {"second_email": "tom@example.org", "second_phone": "07700 900124"}
    visitor.fill(other_name={**COUPLE["other-name"], **own}).send()
    second = Enquiry.objects.get().applicants.last()
    assert (second.email, second.phone) == ("tom@example.org", "+447700900124")


def test_a_council_that_must_not_know_is_kept_and_gets_nothing(visitor, hub, worker, gateshead):
    hub.unallocated_owner = worker
    hub.save()
    private = {"choice": "nearest", "keep_from": "yes", "not_council": gateshead.gss_code, "not_why": "I work there"}
    visitor.fill(council=private)
    assert "Should not know" in visitor.client.get(reverse("enquire_check")).content.decode()
    visitor.send()
    enquiry = Enquiry.objects.get()
    assert (enquiry.not_authority, enquiry.not_why, enquiry.authority) == (gateshead, "I work there", None)
    assert (enquiry.routing.get().rule, enquiry.owner) == ("conflict", worker)


def test_what_makes_talking_easier_is_kept(visitor):
    easier = {"ways": ["phone"], "language": "Urdu", "interpreter": "on", "adjustments": "Large print"}
    visitor.fill(reach=easier).send()
    safe = Enquiry.objects.get().safe_contact
    assert (safe.language, safe.interpreter, safe.adjustments) == ("Urdu", True, "Large print")
