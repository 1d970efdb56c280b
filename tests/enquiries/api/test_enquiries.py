"""A council's system passes somebody on."""

import datetime

import pytest
from django.utils import timezone

from enquiries.models import Activity, Enquiry
from hub.models import ApiAnswer, Message
from tests.factories import make_enquiry

from .conftest import body


def ago(**back) -> str:
    return (timezone.now() - datetime.timedelta(**back)).isoformat()


def test_it_becomes_an_enquiry_like_any_other(caller, gateshead):
    answer = caller.post(body())
    enquiry = Enquiry.objects.get()
    assert answer.status_code == 201
    assert answer["Content-Type"] == "application/json" and answer["Cache-Control"] == "no-store"
    assert answer.json() == {
        "reference": enquiry.reference,
        "status": "received",
        "ring_by": answer.json()["ring_by"],
    }
    assert datetime.datetime.fromisoformat(answer.json()["ring_by"]) == enquiry.due_at
    assert (enquiry.channel, enquiry.chosen_authority, enquiry.authority) == ("authority", gateshead, gateshead)
    assert enquiry.postcode == "NE8 1AA" and enquiry.names == "Amina Khalid and Tom Khalid"
    assert enquiry.applicants.first().phone == "+447700900123"
    assert enquiry.safe_contact.rules == ["Do not leave a message", "Evening only"]
    received = enquiry.activities.get(kind="received")
    assert received.authority == gateshead and received.recorder == "authority"
    assert received.note == "They rang Gateshead." and "Gateshead" in received.title
    consent = enquiry.consents.get()
    assert consent.given and consent.wording == "May we share your details?" and consent.channel == "authority"


def test_the_people_are_told_by_email_and_the_council_is_not(caller):
    caller.post(body())
    message = Message.objects.get()
    assert message.to == "amina@example.org" and message.template == "acknowledgement"


def test_nobody_is_promised_a_day_that_has_passed(caller):
    answer = caller.post(body(received_at=ago(days=20)))
    promised = datetime.datetime.fromisoformat(answer.json()["ring_by"])
    assert promised > timezone.now()
    assert Enquiry.objects.get().due_at < timezone.now()  # and the clock tells the truth
    assert f"{promised.astimezone():%A} {promised.astimezone().day}" in Message.objects.get().body


def test_the_hubs_own_system_names_no_council(directory, client):
    from hub.api.services import issue_token

    from .conftest import Caller

    _, secret = issue_token(name="Form", authority=None, scopes=["enquiries:write"], days=1)
    assert Caller(client, secret).post(body()).status_code == 201
    enquiry = Enquiry.objects.get()
    assert enquiry.channel == "other" and enquiry.chosen_authority is None
    assert enquiry.authority.name == "Gateshead"  # by postcode


def test_they_may_choose_another_member(caller, newcastle):
    caller.post(body(chosen_authority="e08000021"))
    assert Enquiry.objects.get().chosen_authority == newcastle


def test_consent_keeps_its_own_moment(caller):
    said_at = ago(days=2)
    caller.post(body(received_at=ago(days=1), consents=[{**body()["consents"][0], "at": said_at}]))
    assert Enquiry.objects.get().consents.get().at == datetime.datetime.fromisoformat(said_at)


class TestWhoeverIsKnown:
    """An authority that sends somebody's address must not learn what others told us of them."""

    def test_the_answer_is_the_same_in_status_and_shape(self, caller, newcastle_caller):
        first = newcastle_caller.post(body())
        again = caller.post(body())
        assert Enquiry.objects.count() == 1
        assert first.status_code == again.status_code == 201
        assert first.json().keys() == again.json().keys()
        assert dict(first.headers).keys() == dict(again.headers).keys()
        assert again.json()["reference"] == first.json()["reference"]

    @pytest.mark.parametrize("stage", ["new", "in_touch"])  # one that is late, and one with whom we spoke
    def test_nothing_of_how_they_stand_is_told(self, stage, caller, directory, newcastle):
        long_ago = timezone.now() - datetime.timedelta(days=9)
        known = make_enquiry(stage, authority=newcastle, message="About my neighbour", received_at=long_ago)
        person = known.applicants.first()
        sent = body(
            applicants=[{"first_name": person.first_name, "last_name": person.last_name, "email": person.email}]
        )
        unknown = caller.post(body())
        answer = caller.post({**sent, "received_at": body()["received_at"]})
        assert answer.json()["reference"] == known.reference
        assert answer.json()["status"] == unknown.json()["status"] == "received"
        assert answer.json()["ring_by"] == unknown.json()["ring_by"]
        assert "neighbour" not in answer.content.decode()

    def test_they_join_with_what_was_said_this_time(self, caller, newcastle_caller, gateshead):
        newcastle_caller.post(body(safe_contact={}, consents=[]))
        caller.post(body(message="Please hurry.", received_at=ago(days=3)))
        fact = Activity.objects.get(kind="asked_again")
        assert fact.authority == gateshead
        assert fact.note.startswith("They rang Gateshead.") and fact.note.endswith("Please hurry.")
        assert "Do not leave a message" in fact.note and "Share with a council: they said yes." in fact.note
        # Not before we received them: that is the first we knew of them.
        assert fact.occurred_at == Enquiry.objects.get().received_at

    def test_what_they_chose_the_first_time_stays(self, caller, newcastle_caller, newcastle):
        newcastle_caller.post(body())
        caller.post(body())
        assert Enquiry.objects.get().chosen_authority == newcastle


class TestTheirReference:
    def test_twice_is_one_enquiry_and_one_email(self, caller):
        first = caller.post(body(external_reference="CRM/17"))
        again = caller.post(body(external_reference=" CRM/17 ", message="Something else"))
        assert again.status_code == 201 and again.json()["reference"] == first.json()["reference"]
        assert Enquiry.objects.count() == Message.objects.count() == 1
        assert not Activity.objects.filter(kind="asked_again").exists()

    def test_another_councils_is_another(self, caller, newcastle_caller):
        other = [{"first_name": "Li", "last_name": "Wei", "email": "li@example.org"}]
        first = caller.post(body(external_reference="17"))
        second = newcastle_caller.post(body(external_reference="17", applicants=other))
        assert first.json()["reference"] != second.json()["reference"]

    def test_the_longest_one_fits(self, caller):
        assert caller.post(body(external_reference="x" * 60)).status_code == 201


def said(answer) -> dict[str, str]:
    """Pointer: sentence, of a problem."""
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code and answer.json()["detail"]
    return {error["pointer"]: error["detail"] for error in answer.json().get("errors", [])}


PERSON = {"first_name": "Amina", "email": "amina@example.org"}


@pytest.mark.parametrize(
    ("changes", "pointer", "words"),
    [
        ({"applicants": []}, "#/applicants", "one applicant, or two"),
        ({"applicants": [PERSON] * 3}, "#/applicants", "one applicant, or two"),
        ({"applicants": {}}, "#/applicants", "list"),
        ({"applicants": [{"first_name": "Amina"}]}, "#/applicants/0/email", "so that we can answer"),
        ({"applicants": [{"email": "a@example.org"}]}, "#/applicants/0/first_name", "first or a last name"),
        ({"applicants": [PERSON, {"phone": "01632960001"}]}, "#/applicants/1/first_name", "first or a last name"),
        ({"applicants": [{**PERSON, "email": "amina"}]}, "#/applicants/0/email", "name@example.org"),
        ({"applicants": [{**PERSON, "phone": "ring me"}]}, "#/applicants/0/phone", "+441632960001"),
        ({"applicants": [{**PERSON, "first_name": 5}]}, "#/applicants/0/first_name", "as text"),
        ({"applicants": [{**PERSON, "first_name": "A" * 101}]}, "#/applicants/0/first_name", "100"),
        ({"applicants": [{**PERSON, "first_name": "www.example.org"}]}, "#/applicants/0/first_name", "web address"),
        ({"applicants": [{**PERSON, "e-mail/x~": "a"}]}, "#/applicants/0/e-mail~1x~0", "do not know"),
        ({"postcode": "Gateshead"}, "#/postcode", "NE1 8QH"),
        ({"received_at": "2026-11-20 09:30"}, "#/received_at", "offset"),
        ({"received_at": 5}, "#/received_at", "offset"),
        ({"received_at": "2999-01-01T00:00:00Z"}, "#/received_at", "future"),
        ({"received_at": "0001-01-01T00:00:00+14:00"}, "#/received_at", "90 days"),
        ({"received_at": "2026-02-30T00:00:00Z"}, "#/received_at", "offset"),
        ({"asked": "pigeon"}, "#/asked", "phone, email"),
        ({"message": "x" * 5001}, "#/message", "5000"),
        ({"source": ["search"]}, "#/source", "Send one of"),
        ({"interests": ["short_term", "gold"]}, "#/interests/1", "Send one of"),
        ({"chosen_authority": "E08000035"}, "#/chosen_authority", "member of the hub"),
        ({"safe_contact": {"by_phone": "no"}}, "#/safe_contact/by_phone", "true or false"),
        ({"safe_contact": []}, "#/safe_contact", "dictionary"),
        ({"consents": [{"purpose": "research", "given": True}]}, "#/consents/0/wording", "missing"),
        ({"surname": "Khalid"}, "#/surname", "do not know"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(caller, changes, pointer, words):
    answer = caller.post(body(**changes))
    assert answer.status_code == 422
    assert words in said(answer)[pointer]
    assert not Enquiry.objects.exists() and not ApiAnswer.objects.exists()


@pytest.mark.parametrize("missing", ["applicants", "received_at"])
def test_what_is_missing_is_named(caller, missing):
    sent = body()
    del sent[missing]
    assert said(caller.post(sent))[f"#/{missing}"] == "This is missing, and needed."


@pytest.mark.parametrize("sent", ["[]", "null", '"text"', "5", "true"])
def test_json_that_is_no_object(caller, sent):
    answer = caller.post(sent)
    assert answer.status_code == 422 and said(answer)


AWKWARD = [
    "Zoë 🏡 عائلة‮ ‏", "O'Brien; DROP TABLE hub_user;--", "=HYPERLINK(\"x\")", "a\x07b\x1b[0m\r\nc\td",
    "<script>alert(1)</script>",
]  # fmt: skip


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_text_is_kept_as_text(caller, text, sign_in, worker):
    assert caller.post(body(message=text, applicants=[{**PERSON, "last_name": text}])).status_code == 201
    enquiry = Enquiry.objects.get()
    assert "\x07" not in enquiry.message and "\x1b" not in enquiry.applicants.first().last_name
    page = sign_in(worker).get(f"/hub/enquiries/{enquiry.reference}/")
    assert page.status_code == 200 and "<script>alert" not in page.content.decode()


def test_a_postcode_of_scotland_and_a_foreign_mobile_are_taken(caller):
    people = [{"first_name": "Ana", "phone": "+351 912 345 678"}]
    assert caller.post(body(postcode="EH1 1AA", applicants=people, chosen_authority="E08000037")).status_code == 201
    assert Enquiry.objects.get().applicants.first().phone == "+351912345678"


def test_clocks_that_differ_by_minutes_lose_nobody(caller):
    assert caller.post(body(received_at=ago(minutes=-4))).status_code == 201
    assert Enquiry.objects.get().received_at <= timezone.now()


def test_the_whole_of_it_takes_a_constant_number_of_queries(caller, django_assert_max_num_queries):
    caller.post(body())
    with django_assert_max_num_queries(45):
        caller.post(body(applicants=[{"first_name": "Li", "email": "li@example.org"}]))
