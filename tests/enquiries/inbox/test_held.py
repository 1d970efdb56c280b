"""What looks like a machine's is held and never lost; a person sees no difference, and nobody is punished for a
neighbour."""

import dataclasses
import datetime
import json
import threading

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from enquiries.inbox import door
from enquiries.inbox.services import reject_submission, release_submission
from enquiries.inbox.signs import OF_ONE_PERSON, OF_THE_SAME_WORDS
from enquiries.intake.kept import as_json, from_json
from enquiries.intake.origins import Came
from enquiries.intake.services import Intake, Person
from enquiries.letters.outbox import MOST_LETTERS_A_DAY
from enquiries.models import Enquiry, HeldSubmission
from hub.errors import Refused
from hub.models import Message
from tests.conftest import moment
from tests.enquiries.intake.conftest import Visitor
from tests.factories import intake as some_intake

SENT = "enquire_sent"


@pytest.fixture
def visitor(client, directory):
    return Visitor(client)


def another(directory, *, n: int, **extra) -> Visitor:
    """Somebody else at another device; by default all behind one address, as in a council."""
    told = {"email": f"n{n}@example.org", "phone": f"07700 900{n:03}"}
    return Visitor(Client(**extra)).fill(your_name={"first_name": f"Nadia{n}", "last_name": "Hussein"}, contact=told)


def confirmation(visitor) -> str:
    return visitor.client.get(reverse(SENT)).content.decode()


# --- held, and seen by nobody as held ---


def test_a_held_one_gets_the_same_confirmation_and_no_email(directory):
    usual, held = another(directory, n=1), another(directory, n=2)
    assert usual.send().url == held.send(website="x").url == reverse(SENT)
    kept, enquiry = HeldSubmission.objects.get(), Enquiry.objects.get()
    pages = [confirmation(one) for one in (usual, held)]
    assert enquiry.reference in pages[0] and kept.reference in pages[1]
    assert pages[0].replace(enquiry.reference, "") == pages[1].replace(kept.reference, "")
    assert kept.why == ["trap"] and Message.objects.count() == 1


def test_sent_twice_a_held_one_keeps_its_reference(visitor):
    visitor.fill()
    draft = visitor.draft_id
    visitor.send(website="x")
    first = confirmation(visitor)
    visitor.client.post(reverse("enquire_check"), {"draft": draft})
    session = visitor.client.session
    del session["enquiry_sent"]
    session.save()
    assert confirmation(visitor) != first
    visitor.fill()
    session = visitor.client.session
    session["enquiry_draft"] |= {"id": draft}
    session.save()
    visitor.send()
    assert HeldSubmission.objects.get().reference in confirmation(visitor)
    assert not Enquiry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_held_at_once_are_one(directory, monkeypatch):
    """Both have found nothing under the key and stand before holding it; only then either goes on."""
    both, hold = threading.Barrier(2, timeout=20), door.hold_submission
    monkeypatch.setattr(door, "hold_submission", lambda **given: both.wait() is not None and hold(**given))
    visitor = Visitor(Client()).fill()
    draft, cookie, answers = visitor.draft_id, visitor.client.cookies["sessionid"].value, []

    def send():
        client = Client()
        client.cookies["sessionid"] = cookie
        try:
            answers.append(client.post(reverse("enquire_check"), {"draft": draft, "website": "x"}).url)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [reverse(SENT)] * 2
    assert HeldSubmission.objects.get().reference in confirmation(visitor)


# --- the signs ---


def test_faster_than_anybody_reads(visitor, settings):
    settings.FASTEST_PERSON_SECONDS = 10
    with time_machine.travel(timezone.now(), tick=False) as clock:
        visitor.fill()
        clock.shift(9)
        visitor.send()
        assert HeldSubmission.objects.get().why == ["speed"]
        visitor.fill(your_name={"first_name": "Someone", "last_name": "Else"})
        clock.shift(10)
        visitor.send()
    assert Enquiry.objects.count() == 1


def test_the_time_is_counted_from_the_first_answer_and_not_from_the_last(visitor, settings):
    settings.FASTEST_PERSON_SECONDS = 10
    with time_machine.travel(timezone.now(), tick=False) as clock:
        visitor.fill(until="sharing")
        clock.shift(60)
        visitor.answer("sharing", share="yes")
        visitor.send()
    assert Enquiry.objects.count() == 1


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("first_name", "http://spam.example.org"),
        ("last_name", "WWW.spam.example.org"),
        ("message", "buy https://a.example.org and https://b.example.org"),
        ("message", "<a href='x'>here</a>"),
        ("message", "[url=http://a.example.org]x[/url]"),
        ("why", "www.a.example.org"),
    ],
)
def test_links_and_code_in_what_was_written(db, rf, where, words):
    assert signs(rf, **{where: words}) == ["links"]


@pytest.mark.parametrize(
    "words",
    [
        "I read https://foster.example.org/stories and cried",
        "I <3 children",
        "a < b > c",
        "We're 3 <and a dog>",
        "=1+1",
    ],
)
def test_what_people_write_is_no_sign(db, rf, words):
    assert signs(rf, message=words) == []


def signs(rf, *, first_name="Amina", last_name="Khalid", **fields):
    from enquiries.inbox.signs import signs_of_a_machine

    people = [Person(first_name, last_name, "amina@example.org")]
    changes = {"chosen_why": fields.pop("why", ""), **fields}
    return signs_of_a_machine(
        some_intake(applicants=people, **changes), trapped=False, started_at=None, address="192.0.2.1"
    )


def test_many_from_one_person_are_held_and_others_are_not(directory, client):
    for n in range(OF_ONE_PERSON + 1):
        contact = {"email": "Amina@example.org" if n % 2 else "amina@EXAMPLE.org", "phone": ""}
        name = {"first_name": f"Nadia{n}", "last_name": "Hussein"}
        Visitor(Client()).fill(your_name=name, contact=contact, reach={"ways": ["email"]}, calls=None).send()
    assert HeldSubmission.objects.get().why == ["often"]
    another(directory, n=50).send()
    assert HeldSubmission.objects.count() == 1


def test_the_same_words_from_many(db, rf):
    words = "We have followed your work for years and would now like to foster."
    seen = [signs_of(rf, n, words) for n in range(OF_THE_SAME_WORDS + 1)]
    assert seen == [[]] * OF_THE_SAME_WORDS + [["words"]]
    assert [signs_of(rf, 20 + n, "Please ring me") for n in range(9)] == [[]] * 9


def signs_of(rf, n, words):
    from enquiries.inbox.signs import signs_of_a_machine

    people = [Person("Nadia", "Hussein", f"n{n}@example.org")]
    given = some_intake(applicants=people, message=words)
    return signs_of_a_machine(given, trapped=False, started_at=None, address="192.0.2.1")


def test_a_building_full_of_people_is_no_flood_and_a_flood_is_held_not_refused(directory, settings):
    settings.SUBMISSIONS_FROM_ADDRESS = 8
    answers = [another(directory, n=n).send().url for n in range(10)]
    assert answers == [reverse(SENT)] * 10
    assert Enquiry.objects.count() == 8
    assert list(HeldSubmission.objects.values_list("why", flat=True)) == [["flood"]] * 2
    another(directory, n=99, REMOTE_ADDR="198.51.100.9").send()
    assert Enquiry.objects.count() == 9


def test_one_browser_without_end_is_told_when_and_loses_nothing(visitor, monkeypatch):
    monkeypatch.setattr(door, "FROM_ONE_BROWSER", 1)
    visitor.fill().send()
    visitor.fill(your_name={"first_name": "Someone", "last_name": "Else"})
    before = visitor.client.session["enquiry_draft"]
    refused = visitor.send()
    assert refused.status_code == 429 and 3590 < int(refused["Retry-After"]) <= 3600
    assert "try again in 60 minutes" in refused.content.decode()
    assert visitor.client.session["enquiry_draft"] == before
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=61)):
        assert visitor.send().url == reverse(SENT)
    assert Enquiry.objects.count() == 2 and not HeldSubmission.objects.exists()


# --- judged ---


def test_released_it_is_an_enquiry_as_of_when_it_came_under_the_reference_they_have(visitor, worker):
    with time_machine.travel(moment("2026-11-19 20:15"), tick=False):
        visitor.fill().send(website="x")
    held = HeldSubmission.objects.get()
    with time_machine.travel(moment("2026-11-20 11:00"), tick=False):
        enquiry = release_submission(held=held, by=worker)
        again = release_submission(held=held, by=worker)
    assert again == enquiry and enquiry.reference == held.reference
    assert enquiry.received_at == moment("2026-11-19 20:15") == held.held_at
    assert enquiry.activities.get(kind="received").who == "the enquirer"
    assert str(enquiry.applicants.first()) == "Amina Khalid" and enquiry.safe_contact.when == "afternoon"
    assert Message.objects.get().template == "acknowledgement"
    held.refresh_from_db()
    assert (held.state, held.decided_by, held.enquiry) == ("released", worker, enquiry)


def test_released_where_they_have_an_enquiry_it_joins_that_and_names_the_reference(visitor, worker):
    visitor.fill().send()
    known = Enquiry.objects.get()
    visitor.fill().send(website="x")
    held = HeldSubmission.objects.get()
    assert release_submission(held=held, by=worker) == known
    assert f"They were given the reference {held.reference}." in known.activities.get(kind="asked_again").note


def test_released_though_the_reference_was_given_to_somebody_else_meanwhile(visitor, worker, make_enquiry):
    visitor.fill().send(website="x")
    held = HeldSubmission.objects.get()
    other = make_enquiry()
    Enquiry.objects.filter(pk=other.pk).update(reference=held.reference)
    enquiry = release_submission(held=held, by=worker)
    assert enquiry.pk != other.pk and enquiry.reference != held.reference


def test_rejected_it_stays_and_can_be_taken_in_after_all(visitor, worker, manager):
    visitor.fill().send(website="x")
    held = reject_submission(held=HeldSubmission.objects.get(), by=worker)
    assert held.state == "rejected" and not Enquiry.objects.exists()
    with pytest.raises(Refused, match="decided meanwhile"):
        reject_submission(held=held, by=manager)
    assert release_submission(held=held, by=manager).reference == held.reference


# --- nothing of it is lost ---


def full(gateshead, newcastle) -> Intake:
    """An intake in which every field says something, whichever fields there are."""
    values = {
        "channel": "web", "received_at": moment("2026-03-02 10:15"), "postcode": "NE8 1AA", "source": "search",
        "applicants": [Person("Ümit 🙂", "O’Neill", "u@example.org", "+447700900001", datetime.date(1980, 2, 29))],
        "came": Came(*(f"sign {n}" for n in range(len(dataclasses.fields(Came))))),
        "chosen_authority": gateshead, "not_authority": newcastle, "not_before": datetime.date(2027, 1, 4),
        "interests": ["siblings"], "safe_contact": {"by_text": True, "notes": "Quiet"},
        "consents": {"research": (True, "I agree.")}, "callback_at": moment("2026-03-03 09:00"),
        "consented_at": {"research": moment("2026-03-01 09:00")}, "through": gateshead,
    }  # fmt: skip
    for field in dataclasses.fields(Intake):
        values.setdefault(field.name, f"some {field.name}")
    return Intake(**values)


def test_every_field_of_an_intake_comes_back_from_json(gateshead, newcastle):
    intake = full(gateshead, newcastle)
    assert from_json(json.loads(json.dumps(as_json(intake)))) == intake
    assert from_json({**as_json(intake), "gone_since": 1}) == intake


# --- nobody is bombarded ---


def test_one_address_gets_only_so_many_acknowledgements_a_day_and_the_timeline_says_so(directory, make_enquiry):
    made = [
        make_enquiry(applicants=[Person(f"Nadia{n}", "Hussein", "victim@example.org")])
        for n in range(MOST_LETTERS_A_DAY + 1)
    ]
    assert Message.objects.filter(to="victim@example.org").count() == MOST_LETTERS_A_DAY
    assert "not sent: today" in made[-1].activities.get(kind="message_sent").note
    assert "put in the outbox" in made[0].activities.get(kind="message_sent").note
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1, minutes=1)):
        make_enquiry(applicants=[Person("Nadia9", "Hussein", "victim@example.org")])
    assert Message.objects.filter(to="victim@example.org").count() == MOST_LETTERS_A_DAY + 1


def test_what_staff_cause_is_not_counted(directory, worker, make_enquiry):
    for n in range(MOST_LETTERS_A_DAY + 2):
        enquiry = make_enquiry(applicants=[Person(f"Nadia{n}", "Hussein")])
        enquiry.applicants.update(email="family@example.org")
        from enquiries.letters.outbox import write_to_household

        write_to_household(enquiry=enquiry, template="after_call", context={}, about="What happens next", by=worker)
    assert Message.objects.filter(to="family@example.org").count() == MOST_LETTERS_A_DAY + 2
