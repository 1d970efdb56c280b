"""Events: places under a lock, the waiting list, who is told, who came, and signing up on the day."""

import datetime
import threading

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from enquiries.duplicates.merging import merge_enquiries
from enquiries.events import services
from enquiries.events.services import book_event, cancel_booking, cancel_event, places_left
from enquiries.models import Attendance, Booking, Enquiry, Event, HeldSubmission, SafeContact, Session, Task
from enquiries.services import record_activity
from hub.errors import Refused
from hub.models import AccessLog, Message
from hub.working_time import LONDON, today
from tests.factories import make_enquiry as another_enquiry
from tests.factories import make_event, someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(hub):
    starts = timezone.now() + datetime.timedelta(days=7)
    return make_event(
        code="evening-in-may", title="Evening in May", starts_at=starts, ends_at=starts + datetime.timedelta(hours=2),
        place="Civic Centre, Gateshead", capacity=3,
    )  # fmt: skip


@pytest.fixture
def on_the_day(event):
    with time_machine.travel(event.starts_at + datetime.timedelta(minutes=20)):
        yield event


def news() -> list[str]:
    keys = Message.objects.filter(template="event_news").order_by("pk").values_list("idempotency_key", flat=True)
    return [key.split(":")[1] for key in keys]


class TestBooking:
    def test_booked_told_and_on_the_timeline(self, event, make_enquiry):
        enquiry = make_enquiry()
        booking = book_event(event=event, enquiry=enquiry, persons=2)
        assert booking.state == "booked" and places_left(event) == 1
        fact = enquiry.facts.get(kind="event_booked")
        assert fact.who == "the enquirer" and "Evening in May" in fact.note
        assert news() == ["booked"]

    @pytest.mark.parametrize("page", ["home", "public_events", "public_event"])
    def test_no_line_breaks_a_postcode(self, event, client, directory, page):
        for model in (Event, Session):
            model.objects.update(place="Civic Centre, Gateshead ne8 1hh, room A12 3")
        html = client.get(reverse(page, args=[event.code] if page == "public_event" else [])).content.decode()
        assert "Gateshead ne8\u00a01hh, room A12 3" in html

    def test_again_is_the_same_booking_and_another_number_changes_it(self, event, make_enquiry):
        enquiry = make_enquiry()
        first = book_event(event=event, enquiry=enquiry, persons=1)
        assert book_event(event=event, enquiry=enquiry, persons=1) == first
        assert book_event(event=event, enquiry=enquiry, persons=2).persons == 2
        assert Booking.objects.get() == first and places_left(event) == 1
        assert news() == ["booked", "booked"]

    def test_asked_by_the_reference_that_was_merged_away_they_book_once(self, event, make_enquiry, worker):
        kept, absorbed = make_enquiry("in_touch"), make_enquiry("in_touch")
        first = book_event(event=event, enquiry=kept, persons=1)
        merge_enquiries(survivor=kept, absorbed=Enquiry.objects.get(pk=absorbed.pk), by=worker)
        merged = Enquiry.objects.get(pk=absorbed.pk)
        assert book_event(event=event, enquiry=merged, persons=1, by=worker, recorder="person") == first
        assert Booking.objects.count() == 1

    def test_fewer_persons_keep_their_place_while_others_wait(self, event, make_enquiry):
        two, one, waits = (make_enquiry() for _ in range(3))
        for enquiry, persons in ((two, 2), (one, 1), (waits, 1)):
            book_event(event=event, enquiry=enquiry, persons=persons)
        assert book_event(event=event, enquiry=two, persons=1).state == "booked"
        assert set(Booking.objects.values_list("state", flat=True)) == {"booked"}  # the free place moved somebody up

    def test_a_second_person_without_room_costs_nobody_the_first_place(self, event, make_enquiry):
        one = make_enquiry()
        book_event(event=event, enquiry=one, persons=1)
        book_event(event=event, enquiry=make_enquiry(), persons=2)
        with pytest.raises(Refused, match="still yours"):
            book_event(event=event, enquiry=one, persons=2)
        booking = Booking.objects.of(one).get()
        assert (booking.state, booking.persons) == ("booked", 1)

    def test_who_waits_keeps_the_place_in_the_queue(self, event, make_enquiry):
        full, first, second = (make_enquiry() for _ in range(3))
        booking = book_event(event=event, enquiry=full, persons=2)
        book_event(event=event, enquiry=make_enquiry(), persons=1)
        for enquiry in (first, second):
            book_event(event=event, enquiry=enquiry, persons=2)
        book_event(event=event, enquiry=first, persons=1)
        cancel_booking(booking=booking)
        states = {one.enquiry: one.state for one in Booking.objects.all()}
        assert (states[first], states[second]) == ("booked", "waiting")

    def test_of_an_ended_enquiry_the_places_are_given_back(self, event, make_enquiry):
        enquiry = make_enquiry()
        booking = book_event(event=event, enquiry=enquiry, persons=1)
        record_activity(enquiry=enquiry, kind="closed", by=someone("hub_worker"), reason="timing")
        cancel_booking(booking=booking)
        assert Booking.objects.get().state == "cancelled" and places_left(event) == 3

    def test_the_waiting_list_moves_up_in_order_as_far_as_it_fits(self, event, make_enquiry):
        two, one, waits_two, waits_one = (make_enquiry() for _ in range(4))
        first = book_event(event=event, enquiry=two, persons=2)
        book_event(event=event, enquiry=one, persons=1)
        third = book_event(event=event, enquiry=waits_two, persons=2)
        fourth = book_event(event=event, enquiry=waits_one, persons=1)
        assert [third.state, fourth.state] == ["waiting", "waiting"]
        cancel_booking(booking=first)
        third.refresh_from_db()
        fourth.refresh_from_db()
        assert [third.state, fourth.state] == ["booked", "waiting"]
        assert news() == ["booked", "booked", "waiting", "waiting", "moved_up"]
        assert waits_two.facts.filter(kind="event_booked").count() == 2

    def test_nobody_is_booked_past_those_who_wait(self, event, make_enquiry):
        book_event(event=event, enquiry=make_enquiry(), persons=2)
        assert book_event(event=event, enquiry=make_enquiry(), persons=2).state == "waiting"
        assert places_left(event) == 0
        book_event(event=event, enquiry=make_enquiry(), persons=1)
        taken = sum(one.persons for one in Booking.objects.filter(state="booked"))
        assert taken <= event.capacity

    def test_cancelled_twice_is_once(self, event, make_enquiry):
        booking = book_event(event=event, enquiry=make_enquiry(), persons=1)
        cancel_booking(booking=booking)
        cancel_booking(booking=booking)
        assert booking.enquiry.facts.filter(kind="event_cancelled").count() == 1

    @pytest.mark.parametrize("change", [{"published": False}, {"cancelled_at": timezone.now()}])
    def test_what_cannot_be_booked(self, event, make_enquiry, change):
        Event.objects.filter(pk=event.pk).update(**change)
        with pytest.raises(Refused):
            book_event(event=event, enquiry=make_enquiry(), persons=1)

    def test_nothing_is_booked_once_it_has_begun(self, on_the_day, make_enquiry):
        with pytest.raises(Refused):
            book_event(event=on_the_day, enquiry=make_enquiry(), persons=1)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_for_the_last_place(event, make_enquiry, monkeypatch):
    """The first stands between counting and booking; the second comes meanwhile and has to wait for it."""
    Event.objects.filter(pk=event.pk).update(capacity=1)
    both = [make_enquiry(), make_enquiry()]
    counted, real = threading.Event(), services._taken

    def count_and_wait(of):
        taken = real(of)
        if not counted.is_set():
            counted.set()
            second.start()
            second.join(1)  # as long as the first holds the event, the second gets nowhere
            assert second.is_alive()
        return taken

    monkeypatch.setattr(services, "_taken", count_and_wait)

    def book(enquiry):
        try:
            book_event(event=event, enquiry=enquiry, persons=1)
        finally:
            connections.close_all()

    second = threading.Thread(target=book, args=[both[1]])
    book_event(event=event, enquiry=both[0], persons=1)
    second.join(30)
    assert sorted(Booking.objects.values_list("state", flat=True)) == ["booked", "waiting"]


class TestPlanning:
    TYPED = {
        "title": "Open day", "kind": "open_day", "on_day": "3", "on_month": "6", "starts": "6pm", "ends": "8pm",
        "where": "place", "place": "Library, NE1 8QH",
        "sessions": "1", "about": "", "capacity": "20", "authority": "", "published": "on",
    }  # fmt: skip

    def typed(self, **changes):
        return {**self.TYPED, "on_year": str(today().year + 1), **changes}

    def test_planned_and_on_the_website(self, sign_in, worker):
        answer = sign_in(worker).post(reverse("event_new"), self.typed())
        event = Event.objects.get()
        assert answer.url == reverse("event", args=[event.code])
        local = event.starts_at.astimezone(LONDON)
        assert (local.hour, event.capacity, event.code) == (18, 20, "open-day-03-jun")
        public = Client().get(reverse("public_events")).content.decode()
        assert "Open day" in public and "6pm to 8pm" in public

    def test_the_same_title_and_day_gets_another_address(self, sign_in, worker):
        client = sign_in(worker)
        for starts in ("6pm", "6:30pm"):
            client.post(reverse("event_new"), self.typed(starts=starts))
        assert Event.objects.values("code").distinct().count() == 2

    @pytest.mark.parametrize(
        "wrong",
        [
            {"title": ""}, {"title": "x" * 300}, {"title": "a\x00b"}, {"on_day": "31", "on_month": "2"},
            {"ends": "5pm"}, {"starts": "🙂"}, {"capacity": "0"}, {"capacity": "9" * 400}, {"capacity": "=1"},
            {"kind": "party"}, {"authority": "'; --"}, {"on_year": "2020"}, {"place": ""}, {"where": ""},
            {"sessions": "0"},
            {"sessions": "99"}, {"where": "online", "join_link": "http://meet.example.org/a"},
            {"where": "online", "join_link": "javascript:alert(1)"}, {"sessions": "2", "every": "hour"},
        ],
    )  # fmt: skip
    def test_bad_input_is_shown_again(self, sign_in, worker, wrong):
        page = sign_in(worker).post(reverse("event_new"), self.typed(**wrong))
        assert page.status_code == 200 and "There is a problem" in page.content.decode()
        assert not Event.objects.exists()

    def test_odd_titles_get_a_sound_address(self, sign_in, worker):
        for title in ("‮שלום", "🙂", "=cmd()", "new"):
            sign_in(worker).post(reverse("event_new"), self.typed(title=title))
        assert Event.objects.filter(title="🙂").exists() and Event.objects.filter(title="new").exists()
        for event in Event.objects.all():
            assert sign_in(worker).get(reverse("event", args=[event.code])).status_code == 200

    def test_moved_everybody_is_told_and_more_room_moves_up(self, event, make_enquiry, sign_in, worker):
        book_event(event=event, enquiry=make_enquiry(), persons=2)
        book_event(event=event, enquiry=make_enquiry(), persons=2)
        ring = make_enquiry(safe_contact={"by_email": False})
        book_event(event=event, enquiry=ring, persons=1)
        day = today() + datetime.timedelta(days=8)
        typed = self.typed(on_day=day.day, on_month=day.month, on_year=day.year, place="Town Hall", capacity="10")
        page = sign_in(worker).post(reverse("event_change", args=[event.code]), typed, follow=True)
        assert ring.reference in page.content.decode()
        assert news() == ["booked", "waiting", "changed", "changed", "moved_up"]
        # Who cannot be emailed is not left in the dark: that it moved, and that a place is theirs, somebody tells them.
        said = sorted(task.title.split(":")[0] for task in Task.objects.open().filter(enquiry=ring))
        assert said == [
            "Tell them, who cannot be emailed, that a place at the event is free and theirs",
            "Tell them, who cannot be emailed, that the event has moved",
        ]
        assert set(Booking.objects.values_list("state", flat=True)) == {"booked"}

    def test_pressed_twice_or_planned_by_two_it_is_one(self, hub, sign_in, worker, manager):
        for person in (worker, worker, manager):
            page = sign_in(person).post(reverse("event_new"), self.typed(title="Open evening"))
        assert Event.objects.filter(title="Open evening").count() == 1
        assert "is planned for that time and place already" in page.content.decode()

    def test_what_a_colleague_has_changed_is_not_written_over_unseen(self, event, sign_in, worker):
        client, address = sign_in(worker), reverse("event_change", args=[event.code])
        seen = client.get(address).context["form"]["seen"].value()
        Event.objects.filter(pk=event.pk).update(about="Bring a friend", capacity=9)
        page = client.post(address, self.typed(title="Mine", seen=seen))
        event.refresh_from_db()
        assert "A colleague has changed this event" in page.content.decode() and event.about == "Bring a friend"
        now = page.context["form"]["seen"].value()
        assert client.post(address, self.typed(title="Mine", seen=now)).status_code == 302
        event.refresh_from_db()
        assert event.title == "Mine"

    def test_fewer_places_than_booked_are_refused(self, event, make_enquiry, sign_in, worker):
        book_event(event=event, enquiry=make_enquiry(), persons=2)
        page = sign_in(worker).post(reverse("event_change", args=[event.code]), self.typed(capacity="1"))
        assert "2 places are booked already" in page.content.decode()
        event.refresh_from_db()
        assert event.capacity == 3

    def test_called_off_everybody_is_told_once(self, event, make_enquiry, sign_in, worker):
        booked, ring = make_enquiry(), make_enquiry(safe_contact={"by_email": False})
        for enquiry in (booked, ring):
            book_event(event=event, enquiry=enquiry, persons=1)
        for _ in range(2):
            page = sign_in(worker).post(reverse("event_cancel", args=[event.code]), follow=True)
        assert page.status_code == 200
        assert set(Booking.objects.values_list("state", flat=True)) == {"cancelled"}
        assert news() == ["booked", "cancelled"]
        assert booked.facts.get(kind="event_cancelled").recorded_by == worker
        assert "This event is cancelled" in Client().get(reverse("public_event", args=[event.code])).content.decode()
        assert cancel_event(event=event, by=worker) == []
        assert "does not take place: “" in Task.objects.get(enquiry=ring, kind="event").title

    def test_what_is_soonest_stands_first_whenever_it_was_planned(self, event):
        day = datetime.timedelta(days=1)
        for code, earlier in (("third", -day), ("first", 2 * day), ("second", day)):
            starts, ends = event.starts_at - earlier, event.ends_at - earlier
            make_event(code=code, title=code, starts_at=starts, ends_at=ends, place="Park", capacity=3)
        shown = Client().get(reverse("public_events")).context["events"]
        assert [one.code for one in shown] == ["first", "second", event.code, "third"]

    def test_who_comes_is_seen_by_those_who_may_and_noted(self, event, make_enquiry, sign_in, worker):
        enquiry = make_enquiry()
        book_event(event=event, enquiry=enquiry, persons=1)
        assert enquiry.names in sign_in(worker).get(reverse("event", args=[event.code])).content.decode()
        assert AccessLog.objects.filter(user=worker, action="event_list", reference=event.code).exists()

    @pytest.mark.parametrize("name", ["events", "event_new", "event", "event_change", "event_cancel"])
    def test_not_for_councils_nor_strangers(self, event, sign_in, gateshead_worker, name):
        path = reverse(name, args=[] if name in ("events", "event_new") else [event.code])
        assert Client().get(path).status_code == 302
        assert sign_in(gateshead_worker).get(path).status_code == 403

    def test_wrong_methods(self, event, sign_in, worker):
        client = sign_in(worker)
        assert client.post(reverse("events")).status_code == 405
        assert client.get(reverse("event", args=["no-such-event"])).status_code == 404

    def test_the_list_costs_the_same_however_many(self, event, sign_in, worker, django_assert_max_num_queries):
        client = sign_in(worker)
        for number in range(20):
            make_event(
                code=f"e{number}", title="E", starts_at=event.starts_at, ends_at=event.ends_at, place="P", capacity=5
            )
        with django_assert_max_num_queries(12):
            client.get(reverse("events"))


class TestSignUpOnTheDay:
    TYPED = {
        "first_name": "Zoë", "last_name": "Byrne", "phone": "07700 900 321", "email": "", "postcode": "ne81aa",
        "persons": "2", "share": "yes", "once": "a" * 32,
    }  # fmt: skip

    def path(self, event):
        return reverse("event_sign_up", args=[event.code])

    def test_whoever_has_the_tablet_next_is_not_taken_for_the_one_before(self, on_the_day, directory):
        """Even where the browser goes back to the page of the one before."""
        client = Client()
        for name, phone in (("Zoë", "07700 900321"), ("Zoë", "07700 900321"), ("Kwame", "07700 900322")):
            client.post(self.path(on_the_day), {**self.TYPED, "first_name": name, "phone": phone})
        assert sorted(one.names for one in Enquiry.objects.all()) == ["Kwame Byrne", "Zoë Byrne"]

    def test_not_open_on_another_day(self, event, directory):
        page = Client().post(self.path(event), self.TYPED)
        assert "Sign-up is not open" in page.content.decode() and not Enquiry.objects.exists()

    def test_makes_an_enquiry_that_came(self, on_the_day, directory):
        client = Client()
        answer = client.post(self.path(on_the_day), self.TYPED)
        assert answer.url == self.path(on_the_day)
        enquiry = Enquiry.objects.get()
        assert (enquiry.channel, enquiry.source, enquiry.authority.name) == ("event", "event", "Gateshead")
        assert set(enquiry.facts.values_list("kind", flat=True)) >= {"received", "event_attended"}
        assert Attendance.objects.get().persons == Booking.objects.get().persons == 2
        page = client.get(answer.url).content.decode()
        assert "Thank you for coming" in page
        for left in ("Zoë", "Byrne", "900 321", "900321", "NE8", enquiry.reference, "a" * 32):
            assert left not in page
        assert not any("Byrne" in str(value) for value in client.session.values())

    def test_pressed_twice_it_is_one(self, on_the_day, directory):
        for _ in range(2):
            Client().post(self.path(on_the_day), self.TYPED)
        assert Enquiry.objects.count() == 1 and Booking.objects.count() == 1
        assert Enquiry.objects.get().facts.filter(kind="event_attended").count() == 1

    def test_a_household_that_is_known_joins_its_open_enquiry(self, event, make_enquiry):
        known = make_enquiry()
        person = known.applicants.first()
        booking = book_event(event=event, enquiry=known, persons=2)
        with time_machine.travel(event.starts_at + datetime.timedelta(minutes=20)):
            typed = {"first_name": person.first_name, "last_name": person.last_name, "email": person.email, "phone": ""}
            Client().post(self.path(event), {**self.TYPED, **typed})
        assert Enquiry.objects.count() == 1
        assert {"asked_again", "event_attended"} <= set(known.facts.values_list("kind", flat=True))
        assert booking.attendances.get().persons == 2 and Booking.objects.count() == 1

    def test_a_way_that_they_do_not_name_is_not_ruled_out(self, on_the_day, directory):
        """Known by email and telephone, they leave only the telephone here: we may write to them as before."""
        known = another_enquiry()
        person = known.applicants.first()
        assert person.email and person.phone
        typed = {"first_name": person.first_name, "last_name": person.last_name, "phone": person.phone}
        Client().post(self.path(on_the_day), {**self.TYPED, **typed})
        assert Enquiry.objects.count() == 1
        safe = SafeContact.objects.get(enquiry=known)
        assert safe.by_email and safe.by_phone

    def test_two_visitors_one_after_the_other(self, on_the_day, directory):
        client = Client()
        client.post(self.path(on_the_day), self.TYPED)
        other = {"first_name": "Kwame", "last_name": "Boateng", "phone": "07700 900 655", "once": "b" * 32}
        client.post(self.path(on_the_day), {**self.TYPED, **other})
        assert Enquiry.objects.count() == 2

    @pytest.mark.parametrize(
        "wrong",
        [
            {"first_name": ""}, {"first_name": "x" * 300}, {"first_name": "a\x00b"}, {"phone": "", "email": ""},
            {"phone": "🙂"}, {"email": "'; --"}, {"postcode": "=1+1"}, {"share": ""}, {"persons": "7"},
        ],
    )  # fmt: skip
    def test_bad_input_is_shown_again(self, on_the_day, directory, wrong):
        page = Client().post(self.path(on_the_day), {**self.TYPED, **wrong})
        assert page.status_code == 200 and "There is a problem" in page.content.decode()
        assert not Enquiry.objects.exists()

    def test_an_odd_key_is_no_way_to_another_enquiry(self, on_the_day, make_enquiry):
        make_enquiry()
        for once in ("", "x" * 39, "' or 1=1", "🙂"):
            Client().post(self.path(on_the_day), {**self.TYPED, "once": once, "first_name": f"N{len(once)}"})
        assert Booking.objects.count() >= 1

    def test_what_looks_like_a_machine_is_held_and_sees_no_difference(self, on_the_day, directory):
        answer = Client().post(self.path(on_the_day), {**self.TYPED, "website": "spam"})
        assert answer.url == self.path(on_the_day)
        assert not Enquiry.objects.exists() and HeldSubmission.objects.get().why == ["trap"]


class TestTheOwnPage:
    def test_book_and_cancel(self, event, make_enquiry, link_for):
        enquiry = make_enquiry()
        client = Client()
        client.post(link_for(enquiry.applicants.first().email))
        page = client.get(reverse("own_page_events")).content.decode()
        assert "Evening in May" in page
        path = reverse("own_page_event", args=[event.code])
        for _ in range(2):
            enquiry.refresh_from_db()
            client.post(path, {"version": 1, "persons": "2"})
        assert Booking.objects.get().persons == 2
        assert "Evening in May" in client.get(reverse("own_page")).content.decode()
        client.post(reverse("own_page_event_cancel", args=[event.code]), {"version": 2})
        assert Booking.objects.get().state == "cancelled"
        assert client.post(reverse("own_page_event_cancel", args=[event.code]), {"version": 2}).status_code == 404

    def test_what_is_soonest_stands_first(self, event, make_enquiry, link_for):
        enquiry, before = make_enquiry(), event.starts_at - datetime.timedelta(days=1)
        sooner = make_event(
            code="sooner", title="A walk", starts_at=before, ends_at=event.starts_at, place="Park", capacity=3
        )
        for one in (event, sooner):
            book_event(event=one, enquiry=enquiry, persons=1)
        client = Client()
        client.post(link_for(enquiry.applicants.first().email))
        page = client.get(reverse("own_page"))
        assert [booking.event for booking in page.context["bookings"]] == [sooner, event]

    def test_who_goes_on_the_waiting_list_is_told_so(self, event, make_enquiry, link_for):
        event.capacity = 1
        event.save()
        book_event(event=event, enquiry=another_enquiry(), persons=1)
        client = Client()
        client.post(link_for(make_enquiry().applicants.first().email))
        path = reverse("own_page_event", args=[event.code])
        page = client.post(path, {"version": 1, "persons": "1"}, follow=True).content.decode()
        assert "You are on the waiting list for" in page and "We have your booking" not in page

    def test_of_an_ended_enquiry_nothing_is_booked_and_what_is_booked_can_be_cancelled(
        self, event, make_enquiry, link_for, worker
    ):
        enquiry, client = make_enquiry(), Client()
        client.post(link_for(enquiry.applicants.first().email))
        book_event(event=event, enquiry=enquiry, persons=1)
        record_activity(enquiry=enquiry, kind="closed", by=worker, reason="timing")
        for name, args in (("own_page_events", []), ("own_page_event", [event.code])):
            page = client.get(reverse(name, args=args), follow=True)
            assert "Your enquiry has ended" in page.content.decode()
        typed = {"version": enquiry.version, "persons": "2"}
        page = client.post(reverse("own_page_event", args=[event.code]), typed, follow=True).content.decode()
        assert "Your enquiry has ended" in page and "in the stage" not in page
        client.post(reverse("own_page_event_cancel", args=[event.code]), {"version": enquiry.version})
        assert Booking.objects.get().state == "cancelled"

    def test_the_second_person_is_told_where_only_they_have_an_address(self, event, make_enquiry):
        enquiry = make_enquiry()
        enquiry.applicants.filter(position=1).update(email="")
        enquiry.applicants.filter(position=2).update(email="tom@example.org")
        book_event(event=event, enquiry=Enquiry.objects.get(pk=enquiry.pk), persons=2)
        told = Message.objects.get(template="event_news")
        assert told.to == "tom@example.org" and "Hello Tom" in told.body

    def test_whoever_gets_a_place_learns_of_it_however_many_letters_went_before(self, event, make_enquiry):
        full, waits = make_enquiry(), make_enquiry()
        booking = book_event(event=event, enquiry=full, persons=2)
        book_event(event=event, enquiry=make_enquiry(), persons=1)
        for persons in (1, 2, 1, 2, 1):
            book_event(event=event, enquiry=waits, persons=persons)
        cancel_booking(booking=booking)
        assert Booking.objects.of(waits).get().state == "booked"
        assert news().count("waiting") == 5 and news()[-1] == "moved_up"

    def test_nobody_cancels_the_booking_of_others(self, event, make_enquiry, link_for):
        book_event(event=event, enquiry=another_enquiry(), persons=1)
        client = Client()
        client.post(link_for(make_enquiry().applicants.first().email))
        assert client.post(reverse("own_page_event_cancel", args=[event.code])).status_code == 404
        assert Booking.objects.get().state == "booked"

    @pytest.mark.parametrize("persons", ["", "0", "3", "x", "🙂", "\x00", "9" * 300])
    def test_another_number_of_persons(self, event, make_enquiry, link_for, persons):
        client = Client()
        client.post(link_for(make_enquiry().applicants.first().email))
        page = client.post(reverse("own_page_event", args=[event.code]), {"version": 1, "persons": persons})
        assert page.status_code == 200 and not Booking.objects.exists()
