"""To another council in one step; and two who act at once."""

import datetime
import re
import threading

import pytest
from django.db import connection
from django.urls import reverse

from enquiries.councils.wishes import ask_for_another_council
from handover import services
from handover.following.forms import TransferForm
from handover.following.transfer import transfer_handover
from handover.milestones import record_milestone
from handover.models import Agreement, Handover
from handover.services import answer_handover, withdraw_handover
from hub.errors import Refused
from hub.models import Message
from hub.working_time import today
from tests.handover.test_answer import wait_until_somebody_waits_for_us


@pytest.fixture
def both(newcastle):
    """Newcastle has an agreement too."""
    return Agreement.objects.create(
        authority=newcastle, version="1", signed_by="E. Dodds", starts_on=datetime.date(2024, 4, 1)
    )


@pytest.mark.parametrize("state", ["sent", "accepted"])
def test_from_one_council_to_another(
    state, sent, accepted, both, newcastle, worker, gateshead_worker, newcastle_worker
):
    handover = sent() if state == "sent" else accepted()
    Message.objects.all().delete()
    made = transfer_handover(handover=handover, to=newcastle, by=worker, reason="person_asked", note="Amina’s sister")
    handover.refresh_from_db()
    enquiry = made.enquiry
    enquiry.refresh_from_db()
    assert (handover.state, handover.reason) == ("withdrawn", "person_asked")
    assert (made.state, made.authority, enquiry.held_by, enquiry.stage) == ("sent", newcastle, newcastle, "handed_over")
    assert made.reference.endswith("-H2") and made.package["handover"]["reference"] == made.reference
    told = {
        message.to: message
        for message in Message.objects.filter(to__in=[gateshead_worker.email, newcastle_worker.email])
    }
    assert told[gateshead_worker.email].template == "referral_withdrawn"
    assert told[newcastle_worker.email].template == "referral_waiting"
    for message in told.values():
        assert not any(word in message.subject + message.body for word in ("Amina", "Khalid", "sister", "NE8"))
    assert Message.objects.filter(template="passed_to_council", body__contains="Newcastle").count() == 1
    kinds = [fact.kind for fact in enquiry.facts.filter(kind__startswith="handover_").order_by("pk")]
    assert kinds[-2:] == ["handover_withdrawn", "handover_sent"]


def test_all_of_it_or_nothing(accepted, newcastle, gateshead, worker):
    handover = accepted()
    Message.objects.all().delete()
    with pytest.raises(Refused, match="The agreement with Newcastle"):
        transfer_handover(handover=handover, to=newcastle, by=worker, reason="person_asked")
    with pytest.raises(Refused, match="is with Gateshead already"):
        transfer_handover(handover=handover, to=gateshead, by=worker, reason="person_asked")
    handover.refresh_from_db()
    assert handover.state == "accepted" and handover.enquiry.held_by == gateshead
    assert not Message.objects.exists() and Handover.objects.count() == 1


def test_not_to_the_council_that_must_not_know(accepted, both, newcastle, worker):
    handover = accepted()
    handover.enquiry.not_authority, handover.enquiry.not_why = newcastle, "Works there"
    handover.enquiry.save()
    with pytest.raises(Refused, match="must not get to know"):
        transfer_handover(handover=handover, to=newcastle, by=worker, reason="person_asked")


def test_not_once_the_council_has_the_application(accepted, both, newcastle, worker, gateshead_worker):
    handover = accepted()
    record_milestone(handover=handover, by=gateshead_worker, kind="application_received", occurred_on=today())
    for act in (withdraw_handover, lambda **given: transfer_handover(to=newcastle, **given)):
        with pytest.raises(Refused, match=r"Gateshead has the application: .* can no longer be taken back"):
            act(handover=handover, by=worker, reason="person_asked")


def test_what_was_accepted_meanwhile_is_not_taken_away_unseen(sent, worker, gateshead_worker):
    handover = sent()
    answer_handover(handover=handover, by=gateshead_worker, answer="accepted")
    with pytest.raises(Refused, match="Gateshead has accepted it meanwhile"):
        withdraw_handover(handover=handover, by=worker, reason="mistake", as_seen="sent")
    assert withdraw_handover(handover=handover, by=worker, reason="mistake", as_seen="accepted").state == "withdrawn"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["withdraw", "accept"])
def test_withdrawing_and_accepting_at_once(first, sent, worker, gateshead_worker, monkeypatch):
    handover = sent()
    first_has_checked, results = threading.Event(), {}

    def slowly(real):
        # The first stands here between its check and its write until the second waits for the lock.
        def record(**details):
            if not first_has_checked.is_set():
                first_has_checked.set()
                wait_until_somebody_waits_for_us()
            return real(**details)

        return record

    for write in ("record_activity", "record_under_lock"):
        monkeypatch.setattr(services, write, slowly(getattr(services, write)))
    acts = {
        "withdraw": lambda mine: withdraw_handover(handover=mine, by=worker, reason="mistake", as_seen="sent"),
        "accept": lambda mine: answer_handover(handover=mine, by=gateshead_worker, answer="accepted"),
    }
    second = "accept" if first == "withdraw" else "withdraw"

    def act(name):
        try:
            results[name] = acts[name](Handover.objects.get(pk=handover.pk)).state
        except (Refused, AssertionError) as fault:
            results[name] = str(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(name,)) for name in (first, second)]
    threads[0].start()
    assert first_has_checked.wait(20)
    threads[1].start()
    for thread in threads:
        thread.join(20)
    handover.refresh_from_db()
    if first == "withdraw":
        assert results["withdraw"] == "withdrawn" == handover.state
        assert "no longer waiting for an answer: withdrawn" in results["accept"]
    else:
        assert results["accept"] == "accepted" == handover.state
        assert "Gateshead has accepted it meanwhile" in results["withdraw"]


def test_the_pages(accepted, both, newcastle, worker, sign_in, gateshead_worker):
    handover = accepted()
    ask_for_another_council(enquiry=handover.enquiry, by=worker, wish=newcastle, words="My sister fosters there")
    client, page = sign_in(worker), reverse("handover_transfer", args=[handover.reference])
    html = client.get(page).content.decode()
    assert f'value="{newcastle.pk}" selected' in html  # what they wished
    assert "Gateshead</option>" not in html
    html = client.post(page, {"note": "What I typed"}).content.decode()
    assert "Select a council" in html and "What I typed" in html
    given = {"to": newcastle.pk, "reason": "person_asked", "as_seen": "accepted"}
    html = client.post(page, given).content.decode()
    assert "What Newcastle upon Tyne will see" in html and handover.enquiry.names.split(" and ")[0] in html
    assert Handover.objects.count() == 1
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
    stale = client.post(page, {**hidden, "seen": "another"}).content.decode()
    assert "has changed since you looked" in stale and Handover.objects.count() == 1
    html = client.post(page, hidden, follow=True).content.decode()
    assert "Now with Newcastle upon Tyne" in html and Handover.objects.count() == 2
    assert sign_in(gateshead_worker).get(page).status_code == 403


def test_the_page_says_what_is_missing(accepted, newcastle, worker, sign_in):
    handover = accepted()
    page = reverse("handover_transfer", args=[handover.reference])
    html = sign_in(worker).post(page, {"to": newcastle.pk, "reason": "silent", "as_seen": "accepted"}).content.decode()
    assert "The agreement with Newcastle" in html


def test_the_list_of_councils_says_which_cannot_be_sent_anything(accepted, newcastle, authorities):
    handover = accepted()
    authorities["Sunderland"].portal = "paused"
    authorities["Sunderland"].save()
    shown = [label for _, label in TransferForm(handover=handover).fields["to"].choices]
    assert shown == ["Select a council", "Newcastle upon Tyne (no current agreement)", "Sunderland (paused)"]
    Agreement.objects.create(authority=newcastle, version="1", signed_by="E. Cho", starts_on="2024-04-01")
    assert "Newcastle upon Tyne" in [label for _, label in TransferForm(handover=handover).fields["to"].choices]
