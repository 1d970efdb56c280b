import datetime

import pytest
import time_machine
from django.urls import reverse

from enquiries.models import Consent, Enquiry
from hub.models import Message
from tests.conftest import moment

pytestmark = pytest.mark.usefixtures("directory")
URL = reverse("enquiry_new")


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(moment("2026-03-05 10:30"), tick=False):
        yield


def typed(day: str = "2026-03-05", **changes) -> dict:
    year, month, date = day.split("-")
    return {
        "key": "k1", "way": "letter", "received_on_day": date, "received_on_month": month, "received_on_year": year,
        "first_name": "Ada", "last_name": "Wood", "phone": "07700 900123", "email": "ada@example.org",
        "postcode": "ne8 1aa", "source": "council", "by": ["phone", "email"], "message": "We have a room",
        "share": "yes", **changes,
    }  # fmt: skip


def test_a_letter_of_today(sign_in, worker, gateshead):
    answer = sign_in(worker).post(URL, typed())
    enquiry = Enquiry.objects.get()
    assert answer.url == reverse("enquiry", args=[enquiry.reference])
    assert (enquiry.channel, enquiry.source, enquiry.authority) == ("other", "council", gateshead)
    assert enquiry.activities.get(kind="received").recorded_by == worker
    consent = Consent.objects.get()
    assert consent.given and consent.recorded_by == worker and "share" in consent.wording
    assert Message.objects.get().template == "acknowledgement"
    assert (enquiry.safe_contact.by_phone, enquiry.safe_contact.by_text) == (True, False)


def test_one_of_monday_is_due_since_and_no_promise_is_written(sign_in, worker):
    sign_in(worker).post(URL, typed("2026-03-02", way="event", share="not_asked"))
    enquiry = Enquiry.objects.get()
    assert enquiry.received_at == moment("2026-03-02 09:00")
    assert enquiry.due_at == moment("2026-03-03 17:00") and enquiry.channel == "event"
    assert not Message.objects.exists() and not Consent.objects.exists()


def test_sent_twice_it_is_one(sign_in, worker):
    client = sign_in(worker)
    assert client.post(URL, typed()).url == client.post(URL, typed()).url
    assert Enquiry.objects.count() == 1


def test_the_next_letter_typed_into_the_same_page_is_not_lost(sign_in, worker):
    """The browser went back, and the next of the pile was typed over the one before."""
    client = sign_in(worker)
    client.post(URL, typed())
    client.post(URL, typed(first_name="Joanne", last_name="Proud", phone="07700 900777", email="joanne@example.org"))
    assert {one.names for one in Enquiry.objects.all()} == {"Ada Wood", "Joanne Proud"}


def test_who_had_asked_before_is_added_to_their_enquiry(sign_in, worker):
    client = sign_in(worker)
    client.post(URL, typed())
    answer = client.post(URL, typed(key="k2"), follow=True)
    assert "They had asked before" in answer.content.decode()
    enquiry = Enquiry.objects.get()
    assert enquiry.activities.filter(kind="asked_again").count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"way": ""}, "Select how it came"),
        ({"way": "pigeon"}, "How did it come"),
        ({"received_on_day": "6"}, "Day it reached us"),
        ({"received_on_year": "2024"}, "Day it reached us"),
        ({"received_on_day": ""}, "Day it reached us"),
        ({"phone": "", "email": ""}, "Enter a telephone number or an email"),
        ({"email": "a@b"}, "email"),
        ({"postcode": "nowhere"}, "Enter a postcode, like NE1 8QH"),
        ({"by": []}, "Select at least one way"),
        ({"share": ""}, "Select what they said"),
        ({"first_name": "x" * 300}, "First name"),
        ({"message": "\x00"}, ""),
        ({"first_name": "Ann\x00a"}, ""),
        ({"key": ""}, ""),
    ],
)
def test_what_cannot_be_right_is_shown_again(sign_in, worker, changes, says):
    answer = sign_in(worker).post(URL, typed(**changes))
    assert answer.status_code == 200 and says in answer.content.decode()
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("name", ["😀", "‮شمس", "=SUM(A1)", "'; DROP TABLE"])
def test_names_as_they_are(sign_in, worker, name):
    sign_in(worker).post(URL, typed(first_name=name))
    assert Enquiry.objects.get().applicants.first().first_name == name


def test_a_year_back_and_no_further(sign_in, worker):
    a_year_ago = datetime.date(2025, 3, 5)
    sign_in(worker).post(URL, typed(a_year_ago.isoformat()))
    assert Enquiry.objects.count() == 1
