"""A morning's work in a browser: whom to ring next, a call on the script, one not reached, a message; and the same for
many at once."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from enquiries.bulk.services import work_on_bulk
from enquiries.intake.services import Person
from enquiries.models import Enquiry
from hub.models import Message
from tests.factories import make_enquiry
from tests.journeys.conftest import look_at
from tests.journeys.enquirer import follow
from tests.journeys.test_main_job import sign_in, staff  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def couple(first: str, number: int, **said) -> Enquiry:
    people = [Person(first, "Example", f"{first.lower()}@example.org", f"+4477009001{number:02}")]
    return make_enquiry(applicants=people, **said)


@pytest.fixture
def people(staff) -> dict[str, Enquiry]:  # noqa: F811
    return {name: couple(name, number) for number, name in enumerate(("Amina", "Beth", "Carys"), start=1)}


def logs_a_call_on_the_script(page: Page, enquiry: Enquiry) -> None:
    page.goto("/hub/?queue=new")
    look_at(page, "morning-today")
    row = page.get_by_role("row").filter(has_text="Amina Example")
    follow(page, row.get_by_role("link", name="Ring").first)
    look_at(page, "morning-log-call")
    expect(page.get_by_label("What we said and agreed")).to_be_hidden()
    page.get_by_label("We spoke", exact=True).check()
    page.get_by_text("Home and spare room").click()
    page.get_by_role("group", name="Do they have a spare bedroom?").get_by_label("Yes", exact=True).check()
    page.get_by_label("What we said and agreed").fill("She asks her landlord.")
    page.get_by_label("They do", exact=True).check()
    expect(page.locator("[data-said]")).to_contain_text("Saved")
    look_at(page, "morning-on-script")
    page.reload()
    expect(page.get_by_label("What we said and agreed")).to_have_value("She asks her landlord.")
    follow(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_role("main")).to_contain_text("The call is on the timeline")
    enquiry.refresh_from_db()
    assert (enquiry.stage, enquiry.spare_room, enquiry.turn) == ("in_touch", "yes", "household")


def does_not_reach_the_next(page: Page, enquiry: Enquiry) -> None:
    page.goto(reverse("log_call", args=[enquiry.reference]))
    page.get_by_label("No answer", exact=True).check()
    look_at(page, "morning-not-reached")
    follow(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_role("main")).to_contain_text("Tried to reach them")
    enquiry.refresh_from_db()
    assert enquiry.attempts == 1 and enquiry.stage == "new"


def writes_to_them(page: Page, enquiry: Enquiry) -> None:
    page.goto(reverse("message_write", args=[enquiry.reference, "information_pack"]))
    look_at(page, "morning-write")
    follow(page, page.get_by_role("button", name="Send"))
    look_at(page, "morning-messages")
    assert Message.objects.filter(template="information_pack", reference=enquiry.reference).count() == 1


def writes_to_a_whole_list(page: Page) -> None:
    page.goto("/hub/?queue=open")
    follow(page, page.get_by_role("link", name="Do something for all of these"))
    look_at(page, "bulk-new")
    page.get_by_label("Write to them", exact=True).check()
    page.get_by_label("Which message?").select_option("information_pack")
    follow(page, page.get_by_role("button", name="Look at each first"))
    work_on_bulk()
    page.goto(page.url)
    expect(page.get_by_role("main")).to_contain_text("This is what would come of it")
    look_at(page, "bulk-counted")
    follow(page, page.get_by_role("button", name="Do it"))
    work_on_bulk()
    page.goto(page.url)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Done")
    look_at(page, "bulk-done")


def test_a_mornings_work(visitor, staff, people):  # noqa: F811
    page = visitor(1280)
    sign_in(page, staff["worker"])
    logs_a_call_on_the_script(page, people["Amina"])
    does_not_reach_the_next(page, people["Beth"])
    writes_to_them(page, people["Beth"])
    people["Carys"].safe_contact.by_email = False
    people["Carys"].safe_contact.save()
    writes_to_a_whole_list(page)
    sent = Message.objects.filter(template="information_pack").values_list("reference", flat=True)
    assert sorted(sent) == sorted([people["Amina"].reference, *[people["Beth"].reference] * 2])
    expect(page.get_by_role("main")).to_contain_text("They asked us not to email them.")
