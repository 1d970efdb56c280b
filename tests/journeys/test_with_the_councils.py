"""A council gives back, and it is on a named desk; another is silent, and the person says so with one tap."""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from enquiries.letters.nudges import send_nudge_now
from enquiries.models import Nudge
from handover.following.silence import note_silence
from handover.models import Handover
from handover.services import send_handover
from hub.messages.services import send_due_messages
from hub.working_time import LONDON, today, working_time
from tests.journeys.conftest import look_at
from tests.journeys.enquirer import follow
from tests.journeys.test_main_job import sign_in, staff  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def send(make_enquiry, staff, gateshead) -> Handover:  # noqa: F811
    return send_handover(enquiry=make_enquiry("ready"), authority=gateshead, by=staff["worker"])


@pytest.mark.parametrize("width", [390, 1280])
def test_declined_and_on_a_named_desk(visitor, make_enquiry, staff, gateshead, width):  # noqa: F811
    handover = send(make_enquiry, staff, gateshead)
    council = visitor(width)
    sign_in(council, staff["council"])
    council.goto(f"/portal/{handover.reference}/decline/")
    council.get_by_label("No capacity to assess now").check()
    council.get_by_label("Anything the hub needs to know").fill("Nobody free before February.")
    follow(council, council.locator("main form button[type=submit]").last)
    send_due_messages()
    told = [one for one in mail.outbox if one.to == [staff["worker"].email] and "come back" in one.subject]
    assert len(told) == 1 and "Amina" not in told[0].body

    hub = visitor(width)
    sign_in(hub, staff["worker"])
    hub.goto("/hub/councils/?list=back")
    expect(hub.get_by_role("main")).to_contain_text("no capacity to assess now")
    expect(hub.get_by_role("main")).to_contain_text("Ruth Adeyemi")
    look_at(hub, "councils-back")
    follow(hub, hub.get_by_role("link", name="Send it again"))
    expect(hub.get_by_role("main")).to_contain_text("is with Ruth Adeyemi at the hub now")
    look_at(hub, "handover-came-back")
    hub.goto("/hub/tasks/")
    expect(hub.get_by_role("main")).to_contain_text(f"Gateshead declined {handover.reference}")


@pytest.mark.parametrize("width", [390, 1280])
def test_no_reply_and_the_person_says_no(visitor, make_enquiry, staff, gateshead, width):  # noqa: F811
    then = working_time()
    day = today()
    for _day in range(12):  # ten working days ago and a little more
        day -= datetime.timedelta(days=1)
        while not then.is_working_day(day):
            day -= datetime.timedelta(days=1)
    with time_machine.travel(datetime.datetime.combine(day, datetime.time(10), tzinfo=LONDON)):
        handover = send(make_enquiry, staff, gateshead)
    assert note_silence() == 1

    person = visitor(width)
    person.goto(question_sent_to(handover))
    look_at(person, "council-heard")
    follow(person, person.get_by_role("button", name="Send"))
    expect(person.get_by_role("main")).to_contain_text("We ask Gateshead for you")
    look_at(person, "council-heard-thanks")

    hub = visitor(width)
    sign_in(hub, staff["worker"])
    hub.goto("/hub/councils/")
    look_at(hub, "councils-silent")
    follow(hub, hub.get_by_role("link", name=re.compile("^Ask the council")))
    hub.get_by_label("By telephone").check()
    hub.get_by_label("What was said").fill("Samir looks for it today.")
    look_at(hub, "handover-chase")
    follow(hub, hub.get_by_role("button", name="Save"))
    follow(hub, hub.get_by_role("link", name=re.compile("Nobody has been in touch")))
    look_at(hub, "councils-not-heard")
    follow(hub, hub.get_by_role("link", name=re.compile("^Settle")))
    look_at(hub, "handover-settle")
    follow(hub, hub.get_by_role("button", name="Settle"))
    expect(hub.get_by_role("alert")).to_contain_text("Enter what you found out")
    hub.get_by_label("What did you find out").fill("Samir rings them this afternoon.")
    follow(hub, hub.get_by_role("button", name="Settle"))
    expect(hub.get_by_role("main")).to_contain_text("Settled")
    hub.goto(f"/hub/enquiries/{handover.enquiry.reference}/handover/")
    expect(hub.get_by_role("main")).to_contain_text("Samir rings them this afternoon.")
    look_at(hub, "handover-story")


def question_sent_to(handover: Handover) -> str:
    """The day has come: what the worker does then, and the link “No, not yet” that the person taps."""
    nudge = Nudge.objects.get(kind="council_in_touch")
    late = max(timezone.now(), nudge.at)
    morning = datetime.datetime.combine(late.astimezone(LONDON).date(), datetime.time(11), tzinfo=LONDON)
    Nudge.objects.filter(pk=nudge.pk).update(good_until=None, next_try_at=nudge.at)
    while not working_time().is_working_day(morning.date()):
        morning -= datetime.timedelta(days=1)
    with time_machine.travel(morning):
        assert send_nudge_now(nudge.pk)
        send_due_messages()
    address = handover.enquiry.applicants.first().email
    body = next(one.body for one in reversed(mail.outbox) if one.to == [address] and "/heard/" in one.body)
    return re.search(r"/heard/[\w-]{43}/\?said=no", body).group()
