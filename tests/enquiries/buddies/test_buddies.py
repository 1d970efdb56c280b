"""Buddies: asked with the household's yes, accepted by a link that shows what was agreed, spoken with, ended."""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from enquiries.buddies.forms import AGREED, INTRODUCE
from enquiries.buddies.links import see_to_buddies
from enquiries.buddies.services import accept_match, ask_buddy, end_match, give_back, save_buddy, ways_to_reach
from enquiries.duplicates.merging import merge_enquiries
from enquiries.models import Buddy, Enquiry, Match, Task
from enquiries.services import record_activity
from hub.errors import Refused
from hub.messages.services import send_due_messages
from hub.models import AccessLog, Message
from hub.working_time import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def buddy(gateshead, worker):
    made = Buddy(name="Maureen Wilkes", email="maureen@example.org", interests=["teenagers"], most_at_once=1)
    return save_buddy(buddy=made, areas=[gateshead], by=worker, wording=AGREED)


@pytest.fixture
def enquiry(make_enquiry):
    return make_enquiry("in_touch")


@pytest.fixture
def ask(buddy, enquiry, worker):
    """ask(number) asks the buddy; the household is reached in that of its ways."""

    def asked(way: int = 0) -> Match:
        applicant, reach_by = ways_to_reach(enquiry)[way]
        return ask_buddy(
            enquiry=enquiry, buddy=buddy, applicant=applicant, reach_by=reach_by, wording=INTRODUCE, channel="phone",
            by=worker,
        )  # fmt: skip

    return asked


def link() -> str:
    """The latest that the buddy got by email."""
    send_due_messages()
    body = next(one.body for one in reversed(mail.outbox) if one.to == ["maureen@example.org"])
    return re.search(r"/buddy/[\w-]{43}/", body).group()


def press(what: str, **typed):
    return Client().post(link(), {"what": what, **typed}, follow=True)


def typed_day(day: datetime.date) -> dict:
    return {"on_day": day.day, "on_month": day.month, "on_year": day.year}


def personal(enquiry) -> list[str]:
    people = list(enquiry.applicants.all())
    said = [text for one in people for text in (one.first_name, one.last_name, one.email, one.phone, one.phone_shown)]
    return [text for text in (*said, enquiry.postcode, enquiry.reference) if text]


def test_nobody_is_named_before_the_buddy_accepts(ask, enquiry):
    ask()
    consent = enquiry.consents.filter(purpose="buddy").get()
    assert consent.given and consent.wording == INTRODUCE
    path = link()
    page, written = Client().get(path).content.decode(), mail.outbox[-1].body + mail.outbox[-1].subject
    assert "Will you talk with them?" in page and "Gateshead" in page
    assert [text for text in personal(enquiry) if text in page or text in written] == []
    assert not Message.objects.filter(body__contains=path).exists()  # staff who read the outbox have no link
    assert not enquiry.facts.filter(kind="buddy_introduced").exists()


def test_accepted_they_see_a_first_name_one_way_and_the_rules_and_nothing_else(ask, enquiry):
    safe = enquiry.safe_contact
    safe.when, safe.notes, safe.adjustments = "evening", "Her former husband must not hear of it", "Large print"
    safe.save()
    ask()
    page = press("accept").content.decode()
    first = enquiry.applicants.first()
    assert first.first_name in page and first.phone_shown in page and "Evening only" in page
    # What staff wrote is not for buddies: the household agreed to a first name and a way of reaching them.
    assert "husband" not in page and "Large print" not in page and "Ring us first" in page
    hidden = [first.last_name, first.email, enquiry.postcode, enquiry.reference, "Tom"]
    assert [text for text in hidden if text in page] == []
    fact = enquiry.facts.get(kind="buddy_introduced")
    assert "Maureen Wilkes" in fact.note and fact.who == "the system"
    told = Message.objects.get(template="buddy_coming")
    assert told.to == first.email and "Maureen" in told.body and "Wilkes" not in told.body
    assert AccessLog.objects.filter(user=None, action="buddy_read", reference=enquiry.reference).exists()
    press("accept")
    assert enquiry.facts.filter(kind="buddy_introduced").count() == 1


def test_what_is_no_longer_safe_is_no_longer_shown(ask, enquiry):
    ask()
    press("accept")
    enquiry.safe_contact.by_phone = False
    enquiry.safe_contact.save()
    page = Client().get(link()).content.decode()
    assert enquiry.applicants.first().phone_shown not in page and "Ring us" in page
    assert [way for _, way in ways_to_reach(enquiry)] == ["email"]


def test_told_as_often_as_they_speak(ask, enquiry):
    ask()
    press("accept")
    for words in ("A good hour", ""):
        answer = press("spoke", words=words, **typed_day(today()))
        assert "We have noted" in answer.content.decode()
    facts = enquiry.facts.filter(kind="buddy_spoke").order_by("pk")
    assert [fact.note for fact in facts] == ["A good hour", ""] and facts[0].who == "their buddy"


@pytest.mark.parametrize("days", [-1, 1])
def test_not_before_they_were_introduced_nor_in_the_future(ask, enquiry, days):
    ask()
    press("accept")
    answer = press("spoke", **typed_day(today() + datetime.timedelta(days=days)))
    assert "There is a problem" in answer.content.decode()
    assert not enquiry.facts.filter(kind="buddy_spoke").exists()


@pytest.mark.parametrize("accepts", [True, False])
def test_who_cannot_gives_them_back_as_a_task(ask, enquiry, accepts):
    match = ask()
    if accepts:
        accept_match(match=match)
    path = link()
    assert "finds" not in press("cannot").content.decode()
    give_back(match=match)
    task = Task.objects.get()
    assert task.enquiry == enquiry and "find another" in task.title
    match.refresh_from_db()
    assert match.state == ("ended" if accepts else "declined")
    answer = Client().get(path)
    assert answer.status_code == 410 and enquiry.applicants.first().first_name not in answer.content.decode()


def test_others_links_and_old_ones_open_nothing(ask, enquiry, worker):
    match = ask()
    accept_match(match=match)
    path = link()
    assert Client().get("/buddy/not-to-be-guessed/").status_code == 410
    with time_machine.travel(timezone.now() + datetime.timedelta(days=61)):
        assert Client().get(path).status_code == 410
    record_activity(enquiry=enquiry, kind="closed", by=worker, reason="timing")
    assert Client().post(path, {"what": "spoke"}).status_code == 410
    assert see_to_buddies() == 1
    match.refresh_from_db()
    assert match.ended_why == "over"


def test_an_address_put_right_takes_the_link_from_whoever_had_it(ask, enquiry, buddy, worker, gateshead):
    ask()
    to_somebody_else = link()
    buddy.email = "maureen.right@example.org"
    save_buddy(buddy=buddy, areas=[gateshead], by=worker)
    assert Client().get(to_somebody_else).status_code == 410
    assert Client().post(to_somebody_else, {"what": "accept"}).status_code == 410
    send_due_messages()
    right = re.search(r"/buddy/[\w-]{43}/", mail.outbox[-1].body).group()
    assert mail.outbox[-1].to == ["maureen.right@example.org"] and Client().get(right).status_code == 200
    save_buddy(buddy=buddy, areas=[gateshead], by=worker)  # the same address: the link stays
    assert Client().get(right).status_code == 200


def test_what_was_merged_away_holds_no_room_once_the_household_has_ended(ask, enquiry, make_enquiry, worker):
    match, survivor = ask(), make_enquiry("in_touch")
    merge_enquiries(survivor=survivor, absorbed=Enquiry.objects.get(pk=enquiry.pk), by=worker)
    assert see_to_buddies() == 0
    record_activity(enquiry=Enquiry.objects.get(pk=survivor.pk), kind="closed", by=worker, reason="timing")
    assert see_to_buddies() == 1
    match.refresh_from_db()
    assert match.ended_why == "over"


def test_reminded_gently_and_once(ask):
    accept_match(match=ask())
    for days, done in ((6, 0), (8, 1), (9, 0)):
        with time_machine.travel(timezone.now() + datetime.timedelta(days=days)):
            assert see_to_buddies() == done
    assert Message.objects.filter(template="buddy_news", idempotency_key__startswith="buddy:reminder").count() == 1


def test_who_does_not_answer_in_two_weeks_is_not_waited_for(ask, enquiry):
    match = ask()
    for days, done in ((13, 0), (15, 1), (16, 0)):
        with time_machine.travel(timezone.now() + datetime.timedelta(days=days)):
            assert see_to_buddies() == done
    match.refresh_from_db()
    assert match.ended_why == "no_answer" and "has not answered" in Task.objects.get().title


def test_one_at_a_time_and_only_who_has_room(ask, make_enquiry, buddy, worker, gateshead):
    ask()
    with pytest.raises(Refused):
        ask()
    other = make_enquiry("in_touch")
    applicant, way = ways_to_reach(other)[0]
    about = {"applicant": applicant, "reach_by": way, "wording": INTRODUCE, "channel": "phone", "by": worker}
    with pytest.raises(Refused, match="no room"):
        ask_buddy(enquiry=other, buddy=buddy, **about)
    Buddy.objects.update(most_at_once=2)
    other.not_authority = gateshead
    other.save()
    with pytest.raises(Refused, match="must not get to know"):
        ask_buddy(enquiry=other, buddy=buddy, **about)
    other.safe_contact.by_phone = False
    other.safe_contact.save()
    other.not_authority = None
    other.save()
    with pytest.raises(Refused, match="not safe"):
        ask_buddy(enquiry=other, buddy=buddy, **about)
    assert not other.consents.filter(purpose="buddy").exists()


class TestStaff:
    TYPED = {
        "name": "Farida Rahman", "email": "farida@example.org", "phone": "07700 900 812", "interests": ["teenagers"],
        "languages": "Urdu, Punjabi,", "most_at_once": "2", "active": "on", "agreed": "on",
    }  # fmt: skip

    def test_add_and_change(self, sign_in, worker, gateshead):
        client = sign_in(worker)
        client.post(reverse("buddy_new"), {**self.TYPED, "areas": [gateshead.pk]})
        made = Buddy.objects.get()
        assert made.languages == ["Urdu", "Punjabi"] and made.agreed_wording == AGREED
        assert list(made.areas.all()) == [gateshead]
        client.post(reverse("buddy_change", args=[made.pk]), {**self.TYPED, "areas": [gateshead.pk], "active": ""})
        made.refresh_from_db()
        assert not made.active and "Paused" in client.get(reverse("buddies")).content.decode()

    @pytest.mark.parametrize(
        "wrong", [{"name": ""}, {"email": "x"}, {"areas": []}, {"agreed": ""}, {"most_at_once": "0"}, {"areas": ["x"]},
                  {"languages": "x" * 70}, {"name": "a\x00b"}],
    )  # fmt: skip
    def test_bad_input_is_shown_again(self, sign_in, worker, gateshead, wrong):
        page = sign_in(worker).post(reverse("buddy_new"), {**self.TYPED, "areas": [gateshead.pk], **wrong})
        assert "There is a problem" in page.content.decode() and not Buddy.objects.exists()

    def test_introduced_from_the_enquiry_with_reasons(self, sign_in, worker, buddy, enquiry):
        client, path = sign_in(worker), reverse("introduce_buddy", args=[enquiry.reference])
        page = client.get(path).content.decode()
        assert "Maureen Wilkes" in page and "Same area: Gateshead" in page
        way = f"{enquiry.applicants.first().pk}-phone"
        typed = {"buddy": buddy.pk, "answer": "no", "way": way, "channel": "phone", "version": enquiry.version}
        assert "Nobody is introduced without their yes" in client.post(path, typed).content.decode()
        assert client.post(path, {**typed, "answer": "yes"}).status_code == 302
        match = Match.objects.get()
        assert match.reach_by == "phone" and match.asked_by == worker
        client.post(reverse("match_end", args=[match.pk]), {"why": "household"})
        match.refresh_from_db()
        assert match.state == "ended"
        with pytest.raises(Refused):
            end_match(match=match, why="done", by=worker)

    def test_not_for_councils_nor_strangers(self, ask, sign_in, gateshead_worker, worker):
        match = ask()
        paths = [reverse("buddies"), reverse("buddy_new"), reverse("buddy_change", args=[match.buddy_id])]
        paths.append(reverse("match_end", args=[match.pk]))
        for path in paths:
            assert Client().get(path).status_code == 302
            assert sign_in(gateshead_worker).get(path).status_code == 403
        assert sign_in(worker).post(reverse("buddies")).status_code == 405
        assert sign_in(worker).get(reverse("match_end", args=[0])).status_code == 404

    def test_the_list_costs_the_same_however_many(
        self, buddy, gateshead, worker, sign_in, django_assert_max_num_queries
    ):
        client = sign_in(worker)
        for number in range(12):
            one = Buddy(name=f"Carer {number}", email=f"carer{number}@example.org")
            save_buddy(buddy=one, areas=[gateshead], by=worker, wording=AGREED)
        with django_assert_max_num_queries(16):
            client.get(reverse("buddies"))


def test_the_same_buddy_twice_is_one(buddy, worker, gateshead):
    twin = Buddy(name=buddy.name, email=buddy.email.upper())
    with pytest.raises(Refused, match="with this email address already"):
        save_buddy(buddy=twin, areas=[gateshead], by=worker, wording=AGREED)
    assert Buddy.objects.count() == 1
