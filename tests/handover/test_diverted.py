"""A council passes on, in its portal, whoever asked it directly."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from enquiries.intake.services import Person
from enquiries.models import Activity, Enquiry
from hub.models import Message
from hub.working_time import today
from tests.factories import make_enquiry, someone

FORM, SENT, LIST = "pass_on", "pass_on_sent", "passed_on"


def typed(**changes) -> dict:
    return {
        "once": "a" * 32, "first_name": "Amina", "last_name": "Khalid", "phone": "01632 960001", "postcode": "NE8 1AA",
        "asked": "phone", "received_on_day": today().day, "received_on_month": today().month,
        "received_on_year": today().year, "message": "A spare room.", "leave_message": "no", "say_who": "yes",
        "notes": "After six", "share": "yes", **changes,
    }  # fmt: skip


@pytest.fixture
def portal(sign_in, gateshead_worker, directory):
    return sign_in(gateshead_worker)


def test_it_becomes_an_enquiry_for_that_council(portal, gateshead, gateshead_worker):
    page = portal.post(reverse(FORM), typed(), follow=True)
    enquiry = Enquiry.objects.get()
    assert page.redirect_chain == [(reverse(SENT), 302)]
    assert enquiry.reference in page.content.decode()
    assert f"{enquiry.due_at.astimezone().day} {enquiry.due_at:%B}" in page.content.decode()
    assert (enquiry.channel, enquiry.chosen_authority) == ("authority", gateshead)
    received = enquiry.activities.get(kind="received")
    assert (received.authority, received.recorded_by) == (gateshead, gateshead_worker)
    assert received.note == "They rang Gateshead."
    assert enquiry.safe_contact.rules == ["Do not leave a message", "After six"]
    consent = enquiry.consents.get()
    assert consent.given and consent.recorded_by == gateshead_worker and "They said yes" in consent.wording


def test_the_people_hear_of_it_by_email_where_they_have_one(portal):
    portal.post(reverse(FORM), typed(email="amina@example.org"))
    assert Message.objects.get().to == "amina@example.org"


def test_not_asked_is_no_consent_and_no_refusal(portal):
    portal.post(reverse(FORM), typed(share="not_asked"))
    assert not Enquiry.objects.get().consents.exists()


def test_both_names_and_an_earlier_day(portal):
    day = today() - datetime.timedelta(days=3)
    when = {"received_on_day": day.day, "received_on_month": day.month, "received_on_year": day.year}
    portal.post(reverse(FORM), typed(second_first_name="Tom", **when))
    enquiry = Enquiry.objects.get()
    assert enquiry.names == "Amina Khalid and Tom"
    assert enquiry.received_at.astimezone().date() == day


def test_pressed_twice_it_is_one(portal):
    portal.post(reverse(FORM), typed())
    again = portal.post(reverse(FORM), typed(), follow=True)
    assert Enquiry.objects.count() == 1 and not Activity.objects.filter(kind="asked_again").exists()
    assert Enquiry.objects.get().reference in again.content.decode()


def test_somebody_else_typed_into_the_same_page_is_not_lost(portal):
    """The browser went back, and the form was filled in anew."""
    portal.post(reverse(FORM), typed())
    portal.post(reverse(FORM), typed(first_name="Joanne", last_name="Proud", phone="07700 900777"))
    assert {str(one.applicants.first()) for one in Enquiry.objects.all()} == {"Amina Khalid", "Joanne Proud"}


def test_each_form_is_another(portal):
    forms = [portal.get(reverse(FORM)).context["form"]["once"].value() for _ in range(2)]
    assert len(set(forms)) == 2 and all(len(once) == 32 for once in forms)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"first_name": ""}, "Enter their first name"),
        ({"phone": ""}, "Enter a telephone number or an email address"),
        ({"phone": "ring me"}, "Enter a telephone number, like"),
        ({"email": "amina"}, "Enter an email address in the correct format"),
        ({"postcode": "Gateshead"}, "Enter a postcode, like NE1 8QH"),
        ({"received_on_year": 2096}, "Date on which they asked you must be on or before"),
        ({"received_on_year": 2000}, "Date on which they asked you must be on or after"),
        ({"received_on_day": "x"}, "must be a real date"),
        ({"asked": "pigeon"}, "Select one of the choices offered"),
        ({"share": ""}, "Select what they said about sharing"),
        ({"message": "x" * 2001}, "2000 characters"),
        ({"first_name": "a\x00"}, "unseen characters"),
        ({"last_name": "www.example.org"}, "without a web address"),
        ({"once": "x" * 33}, "characters"),
    ],
)
def test_bad_input_is_shown_again(portal, changes, words):
    page = portal.post(reverse(FORM), typed(**changes))
    assert page.status_code == 200 and words in page.content.decode()
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("text", ["Zoë 🏡 ‮عائلة", "=1+1", "'; DROP TABLE x;--", "<b>bold</b>", "x" * 100])
def test_awkward_names_are_names(portal, text):
    assert portal.post(reverse(FORM), typed(first_name=text)).status_code == 302
    assert Enquiry.objects.get().applicants.first().first_name == text


class TestWhatTheyMayKnow:
    def test_the_list_has_reference_and_day_and_nothing_more(self, portal):
        portal.post(reverse(FORM), typed())
        enquiry = Enquiry.objects.get()
        page = portal.get(reverse(LIST)).content.decode()
        assert enquiry.reference in page
        for secret in ("Khalid", "960001", "NE8 1AA", "A spare room", "New", "After six"):
            assert secret not in page.split("<main")[1], secret
        assert not Enquiry.objects.visible_to(someone("authority_worker", enquiry.chosen_authority)).exists()

    def test_another_council_does_not_see_it(self, portal, sign_in, newcastle_worker):
        portal.post(reverse(FORM), typed())
        page = sign_in(newcastle_worker).get(reverse(LIST)).content.decode()
        assert Enquiry.objects.get().reference not in page and "You have passed nobody on yet" in page

    def test_whoever_was_known_reads_the_same(self, sign_in, gateshead_worker, newcastle_worker, directory):
        pages = []
        for worker in (newcastle_worker, gateshead_worker):
            client = sign_in(worker)
            client.post(reverse(FORM), typed())
            pages.append(client.get(reverse(SENT)).content.decode().split("<main")[1].split("</main>")[0])
        assert Enquiry.objects.count() == 1
        assert pages[0] == pages[1]

    def test_the_list_does_not_say_who_was_known(self, portal, directory):
        """They asked the hub yesterday; the council heard from them a week ago, and passes them on now."""
        day = today() - datetime.timedelta(days=7)
        when = {"received_on_day": day.day, "received_on_month": day.month, "received_on_year": day.year}
        known = Person("Amina", "Khalid", phone="+441632960001")
        make_enquiry(applicants=[known], received_at=timezone.now() - datetime.timedelta(days=1))
        portal.post(reverse(FORM), typed(**when))
        portal.post(reverse(FORM), typed(first_name="Joanne", last_name="Proud", phone="07700 900777", **when))
        assert Enquiry.objects.count() == 2
        table = portal.get(reverse(LIST)).content.decode().split("<tbody")[1].split("</tbody>")[0]
        assert len(set(re.findall(r"<td>(.*?)</td>", table))) == 1

    def test_the_confirmation_is_of_this_browser_alone(self, portal):
        assert portal.get(reverse(SENT)).url == reverse(LIST)


@pytest.mark.parametrize("role", ["hub_worker", "hub_manager", "data_officer", "cluster_lead", "administrator"])
@pytest.mark.parametrize("name", [FORM, SENT, LIST])
def test_it_is_for_councils_alone(role, name, sign_in, directory):
    client = sign_in(someone(role))
    assert client.get(reverse(name)).status_code == client.post(reverse(name), typed()).status_code == 403
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("name", [SENT, LIST])
def test_reading_is_not_writing(portal, name):
    assert portal.post(reverse(name)).status_code == 405


def test_the_list_takes_a_constant_number_of_queries_and_has_pages(portal, gateshead):
    def counted() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert portal.get(reverse(LIST)).status_code == 200
        return len(queries)

    make_enquiry(through=gateshead)
    counted()
    one = counted()
    for _ in range(50):
        make_enquiry(through=gateshead, received_at=timezone.now() - datetime.timedelta(days=1))
    assert counted() == one
    assert "page=2" in portal.get(reverse(LIST)).content.decode()
    assert portal.get(reverse(LIST), {"page": "x\x00"}).status_code == 200
