"""Courses of several sessions: planned, moved, attended, completed; calendar files and reminders."""

import datetime
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from enquiries.events.attendance import record_attendance
from enquiries.events.calendar_file import calendar_file
from enquiries.events.services import book_event, cancel_booking, remove_session, save_event, save_session
from enquiries.letters.nudges import send_due_nudges
from enquiries.models import Attendance, Booking, Enquiry, Event, Nudge, SafeContact, Session, Task
from enquiries.reach import may_reach
from enquiries.services import record_activity
from hub.errors import Refused
from hub.models import AccessLog, Message
from hub.working_time import LONDON
from tests.conftest import moment
from tests.factories import make_event, someone

pytestmark = pytest.mark.django_db


def session(day: str, starts: str = "10:00", ends: str = "15:00", **fields) -> Session:
    fields = {"place": "Bede Centre, DH1 5UE", **fields}
    return Session(starts_at=moment(f"{day} {starts}"), ends_at=moment(f"{day} {ends}"), **fields)


@pytest.fixture
def course(hub, worker):
    """Skills to Foster on three Thursdays of October 2026: the clocks go back before the last of them."""
    with time_machine.travel(moment("2026-10-01 09:00"), tick=False):
        event = Event(code="skills", title="Skills to Foster", kind="training", capacity=4)
        days = [session("2026-10-15"), session("2026-10-22"), session("2026-10-29")]
        save_event(event=event, sessions=days, by=worker)
        yield Event.objects.get()


@pytest.fixture
def booked(course, make_enquiry):
    return book_event(event=course, enquiry=make_enquiry("in_touch"), persons=2)


def news() -> list[str]:
    keys = Message.objects.filter(template="event_news").order_by("pk").values_list("idempotency_key", flat=True)
    return [key.split(":")[1] for key in keys]


def attend(course, booking, *said: str, by) -> None:
    """The register of one session after the other."""
    for number, answer in enumerate(said, start=1):
        one = course.sessions.get(number=number)
        with time_machine.travel(one.starts_at + datetime.timedelta(hours=1), tick=False):
            assert record_attendance(session=one, came={booking.pk: answer}, by=by) == []


def stand(enquiry, kind: str) -> list:
    return list(enquiry.facts.not_voided().filter(kind=kind).order_by("pk"))


class TestPlanning:
    def test_the_event_spans_its_sessions_and_tells_of_all(self, course, booked):
        assert (course.starts_at, course.ends_at) == (moment("2026-10-15 10:00"), moment("2026-10-29 15:00"))
        assert course.when == "3 sessions from Thursday 15 October, 10am to 3pm"
        body = Message.objects.get(template="event_news").body
        assert body.count("Bede Centre") == 3 and "please come to all 3 sessions" in body
        page = Client().get(reverse("public_event", args=["skills"])).content.decode()
        assert page.count("Bede Centre") == 4 and "you come to all of them" in page  # once for search engines

    def test_sessions_are_typed_at_once_and_later_one_by_one(self, hub, sign_in, worker):
        client = sign_in(worker)
        with time_machine.travel(moment("2026-10-01 09:00"), tick=False):
            typed = {
                "title": "Skills", "kind": "training", "on_day": "22", "on_month": "10", "on_year": "2026",
                "starts": "10am", "ends": "3pm", "where": "online", "join_link": "meet.example.org/skills",
                "sessions": "2", "every": "week", "capacity": "8", "published": "on",
            }  # fmt: skip
            client.post(reverse("event_new"), typed)
            event = Event.objects.get()
            local = [one.starts_at.astimezone(LONDON) for one in event.sessions.all()]
            assert [(one.day, one.hour) for one in local] == [(22, 10), (29, 10)]  # 10 o'clock before and after
            assert event.sessions.first().join_link == "https://meet.example.org/skills"
            another = {"on_day": "15", "on_month": "10", "on_year": "2026", "starts": "10am", "ends": "3pm"}
            another |= {"where": "place", "place": "Library"}
            client.post(reverse("session_new", args=[event.code]), another)
            assert [one.number for one in event.sessions.all()] == [1, 2, 3]
            event.refresh_from_db()
            assert event.starts_at == moment("2026-10-15 10:00") and event.place == "Several places"
            client.post(reverse("session_remove", args=[event.code, 1]))
            assert [one.number for one in event.sessions.all()] == [1, 2]
            copy = client.get(reverse("event_copy", args=[event.code])).content.decode()
            assert 'value="Skills"' in copy and "meet.example.org" not in copy

    @pytest.mark.parametrize(
        ("wrong", "why"),
        [
            (session("2026-10-22", "14:00", "16:00"), "overlap"),
            (session("2026-10-22", "15:00", "14:00"), "later than it begins"),
            (session("2026-09-22"), "a day that is over"),
        ],
    )
    def test_what_cannot_be_a_session_is_refused_and_nothing_kept(self, course, worker, wrong, why):
        wrong.event = course
        with pytest.raises(Refused, match=why):
            save_session(session=wrong, by=worker)
        assert course.sessions.count() == 3

    def test_moving_one_session_tells_all_who_booked_once(self, course, booked, make_enquiry, worker, sign_in):
        for _ in range(2):
            book_event(event=course, enquiry=make_enquiry(), persons=2)  # the second waits
        second = course.sessions.get(number=2)
        local = {"on_day": "23", "on_month": "10", "on_year": "2026", "starts": "10am", "ends": "3pm"}
        typed = {**local, "where": "place", "place": second.place}
        path = reverse("session_change", args=["skills", 2])
        for _ in range(2):  # the same again changes nothing
            sign_in(worker).post(path, typed)
        assert news() == ["booked", "booked", "waiting", "changed", "changed", "changed"]
        second.refresh_from_db()
        assert (second.sequence, second.starts_at) == (1, moment("2026-10-23 10:00"))
        page = sign_in(worker).post(path, {**typed, "ends": "9am"})
        assert "Ends at must be later" in page.content.decode()

    def test_a_booked_course_loses_no_session(self, course, booked, worker):
        with pytest.raises(Refused, match="People have booked"):
            remove_session(session=course.sessions.first(), by=worker)

    def test_a_course_that_has_begun_is_not_booked(self, course, make_enquiry, worker):
        enquiry = make_enquiry()
        with time_machine.travel(moment("2026-10-16 09:00")), pytest.raises(Refused, match="no longer"):
            book_event(event=course, enquiry=enquiry, persons=1, by=worker, recorder="person")


class TestAttendance:
    def test_who_came_to_all_has_completed_the_training(self, course, booked, worker):
        enquiry = booked.household
        attend(course, booked, "2", "2", by=worker)
        assert not stand(enquiry, "training_completed")
        attend(course, booked, "2", "2", "1", by=worker)  # the first two again: nothing new
        came = stand(enquiry, "event_attended")
        assert len(came) == 3 and "session 3 of 3" in came[2].note and "one person" in came[2].note
        (done,) = stand(enquiry, "training_completed")
        assert done.recorded_by == worker and done.occurred_at == moment("2026-10-29 10:00")
        october = Session.objects.held(datetime.date(2026, 10, 1), datetime.date(2026, 10, 22))
        assert [row.persons for row in Attendance.objects.filter(session__in=october)] == [2, 2]  # what M29 counts

    def test_the_list_says_that_whoever_came_twice_counts_twice(self, course, booked, worker, sign_in):
        attend(course, booked, "2", "1", "2", by=worker)
        with time_machine.travel(moment("2026-11-02 09:00")):
            html = sign_in(worker).get(reverse("events")).content.decode()
        assert "5<br>" in html and "in 3 sessions together" in html

    def test_a_correction_voids_what_no_longer_holds(self, course, booked, worker):
        attend(course, booked, "2", "2", "2", by=worker)
        third = course.sessions.get(number=3)
        with time_machine.travel(moment("2026-11-02 09:00")):
            record_attendance(session=third, came={booked.pk: "0"}, by=worker)
            assert not stand(booked.household, "training_completed")
            assert len(stand(booked.household, "event_attended")) == 2
            record_attendance(session=third, came={booked.pk: "made_up"}, by=worker)
            (done,) = stand(booked.household, "training_completed")
            assert done.occurred_on == datetime.date(2026, 11, 2)  # when we learned of it
            assert len(stand(booked.household, "event_attended")) == 2  # made up is no attendance
            record_attendance(session=third, came={booked.pk: "1"}, by=worker)
        assert len(stand(booked.household, "training_completed")) == 1

    def test_an_evening_completes_no_training(self, hub, make_enquiry, worker):
        starts = timezone.now() + datetime.timedelta(days=3)
        evening = make_event(
            code="e", title="E", starts_at=starts, ends_at=starts + datetime.timedelta(hours=2), place="P", capacity=9
        )
        booking = book_event(event=evening, enquiry=make_enquiry(), persons=1)
        attend(evening, booking, "1", by=worker)
        assert stand(booking.household, "event_attended") and not stand(booking.household, "training_completed")

    def test_the_register_on_a_telephone_and_the_list_on_paper(self, course, booked, sign_in, worker):
        enquiry, client = booked.household, sign_in(worker)
        enquiry.safe_contact.notes = "He must not know"
        enquiry.safe_contact.save()
        path = reverse("event_attendance", args=["skills", 1])
        with pytest.raises(Refused, match="once the session has begun"):
            record_attendance(session=course.sessions.first(), came={booked.pk: "1"}, by=worker)
        with time_machine.travel(moment("2026-10-15 16:00")):
            client.force_login(worker, backend="hub.people.backends.ActiveUserBackend")
            for answer in ("2", "x", ""):  # what is not on the list, or left open, changes nothing
                client.post(path, {f"came_{booked.pk}": answer})
            assert Attendance.objects.get().persons == 2
            assert re.search(rf'id="came_{booked.pk}_2"[^>]* checked', client.get(path).content.decode())
            paper = client.get(reverse("session_list", args=["skills", 1])).content.decode()
        assert enquiry.names in paper and "He must not know" not in paper
        assert not [one.email for one in enquiry.applicants.all() if one.email and one.email in paper]
        assert AccessLog.objects.filter(action="event_printed").exists()

    def test_who_has_ended_meanwhile_stops_nobody_else(self, course, booked, make_enquiry, worker):
        ended = book_event(event=course, enquiry=make_enquiry("in_touch"), persons=1)
        record_activity(enquiry=ended.household, kind="closed", by=someone("hub_worker"), reason="timing")
        first = course.sessions.first()
        with time_machine.travel(first.starts_at + datetime.timedelta(hours=1)):
            problems = record_attendance(session=first, came={booked.pk: "2", ended.pk: "1"}, by=worker)
        assert len(problems) == 1 and ended.household.reference in problems[0]
        assert stand(booked.household, "event_attended")


class TestCalendar:
    def test_right_across_the_change_of_the_clocks_and_without_personal_data(self, course, booked):
        written = calendar_file(booked)
        first, _, third = Calendar.from_ical(written).events
        assert [one.start.astimezone(datetime.UTC).hour for one in (first, third)] == [9, 10]  # summer, winter
        assert b"DTSTART;TZID=Europe/London:20261029T100000" in written and b"BEGIN:VTIMEZONE" in written
        assert first["SUMMARY"] == "Skills to Foster (1 of 3)" and b"METHOD:PUBLISH" in written
        people = [text for one in booked.household.applicants.all() for text in (one.last_name, one.email) if text]
        assert not [text for text in (*people, booked.household.reference) if text.encode() in written]

    def test_a_move_is_news_of_the_same_entry_and_cancelling_takes_it_out(self, course, booked, worker):
        before = Calendar.from_ical(calendar_file(booked)).events[1]
        moved = course.sessions.get(number=2)
        moved.starts_at += datetime.timedelta(hours=1)
        save_session(session=moved, by=worker)
        after = Calendar.from_ical(calendar_file(Booking.objects.get())).events[1]
        assert (after["UID"], before["SEQUENCE"], after["SEQUENCE"]) == (before["UID"], 0, 1)
        cancel_booking(booking=booked)
        gone = Calendar.from_ical(calendar_file(Booking.objects.get()))
        assert gone["METHOD"] == "CANCEL" and gone.events[1]["UID"] == before["UID"]
        assert gone.events[1]["STATUS"] == "CANCELLED" and gone.events[1]["SEQUENCE"] == 2

    def test_by_the_link_in_the_email_and_by_no_other(self, course, booked):
        body = Message.objects.get(template="event_news").body
        path = re.search(r"/events/calendar/[^/\s]+/", body).group()
        answer = Client().get(path)
        assert answer["Content-Type"].startswith("text/calendar") and b"Skills to Foster" in answer.content
        assert Client().get(reverse("event_calendar", args=["1"])).status_code == 404
        assert Client().get(path[:-3] + "/").status_code == 404
        assert Client().post(path).status_code == 405


class TestReminders:
    def online(self, course) -> Session:
        first = course.sessions.first()
        Session.objects.filter(pk=first.pk).update(place="Online", join_link="https://meet.example.org/secret")
        return Session.objects.get(pk=first.pk)

    def reminders(self) -> list[str]:
        return [one.body for one in Message.objects.filter(template="event_reminder").order_by("pk")]

    def test_two_working_days_and_the_morning_before_each_once(self, course, make_enquiry):
        self.online(course)
        book_event(event=course, enquiry=make_enquiry("in_touch"), persons=1)
        assert "secret" not in Message.objects.get(template="event_news").body
        planned = Nudge.objects.order_by("at").values_list("at", flat=True)
        said = [f"{at.astimezone(LONDON):%d %H}" for at in planned]
        assert said == ["13 09", "14 09", "20 09", "21 09", "27 09", "28 09"]
        for at, said in (("2026-10-13 09:05", "in the morning before it"), ("2026-10-14 09:05", "/secret")):
            with time_machine.travel(moment(at), tick=False):
                for _ in range(2):
                    send_due_nudges()
            assert said in self.reminders()[-1]
        assert len(self.reminders()) == 2 and "/secret" not in self.reminders()[0]

    def test_not_for_a_place_given_back_nor_for_a_time_that_has_moved(self, course, booked, make_enquiry, worker):
        gone = book_event(event=course, enquiry=make_enquiry("in_touch"), persons=1)
        cancel_booking(booking=gone)
        first = course.sessions.first()
        first.starts_at, first.ends_at = moment("2026-10-16 10:00"), moment("2026-10-16 15:00")
        save_session(session=first, by=worker)
        with time_machine.travel(moment("2026-10-14 09:05"), tick=False):
            send_due_nudges()
        assert len(self.reminders()) == 1  # two working days before the new day, to who is booked
        why = set(Nudge.objects.filter(state="skipped").values_list("why", flat=True))
        assert why == {"They have no place at the event any more.", "The session has moved."}

    def test_who_takes_neither_emails_nor_texts_is_a_task_for_staff_once_a_session(self, course, booked):
        SafeContact.objects.filter(enquiry=booked.enquiry).update(by_email=False)
        for at in ("2026-10-13 09:05", "2026-10-14 09:05"):
            with time_machine.travel(moment(at), tick=False):
                send_due_nudges()
        task = Task.objects.get(kind="event")
        assert "Remind them" in task.title and task.due_on == datetime.date(2026, 10, 13)
        assert task.enquiry == booked.enquiry and self.reminders() == []
        assert {nudge.why for nudge in Nudge.objects.filter(state="skipped")} == {
            "They can be neither emailed nor texted. A task asks our team to remind them."
        }

    def test_each_reminder_is_of_its_own_session_whatever_comes_before_it(self, course, booked, worker):
        """On the morning before the course, with the link to join it, an evening is still to come."""
        self.online(course)
        evening = Event(code="evening", title="Fostering evening", capacity=4)
        save_event(event=evening, sessions=[session("2026-10-14", "18:00", "20:00")], by=worker)
        book_event(event=evening, enquiry=booked.enquiry, persons=1)
        with time_machine.travel(moment("2026-10-14 09:05"), tick=False):
            send_due_nudges()
        of_the_evening = [body for body in self.reminders() if "Fostering evening" in body]
        of_the_course = [body for body in self.reminders() if "Skills to Foster" in body]
        assert len(of_the_evening) == 2 and not any("/secret" in body for body in of_the_evening)
        assert len(of_the_course) == 2 and all("/secret" in body for body in of_the_course)
        assert len(self.reminders()) == 4

    def test_whoever_asks_us_to_stop_is_reminded_of_nothing(self, course, booked):
        with time_machine.travel(moment("2026-10-02 09:00"), tick=False):
            record_activity(
                enquiry=booked.enquiry, kind="message_received", by=None, recorder="enquirer", channel="email",
                outcome="stop", note="Please stop",
            )  # fmt: skip
        with time_machine.travel(moment("2026-10-13 09:05"), tick=False):
            send_due_nudges()
        assert self.reminders() == [] and not Task.objects.filter(kind="event").exists()

    def test_a_place_that_becomes_free_takes_back_no_stop(self, course, make_enquiry):
        first, waits = make_enquiry(), make_enquiry()
        full = [book_event(event=course, enquiry=one, persons=2) for one in (first, make_enquiry())]
        book_event(event=course, enquiry=waits, persons=1)
        record_activity(
            enquiry=waits, kind="message_received", by=None, recorder="enquirer", channel="email", outcome="stop",
            note="Please stop",
        )  # fmt: skip
        with time_machine.travel(moment("2026-10-02 09:00"), tick=False):
            cancel_booking(booking=full[0])
        assert Booking.objects.get(enquiry=waits).state == "booked"
        assert not may_reach(Enquiry.objects.get(pk=waits.pk), "email", "asked") and news()[-1] != "moved_up"
        assert "a place at the event is free" in Task.objects.get(enquiry=waits).title  # a person decides

    def test_the_way_is_asked_when_the_time_has_come(self, course, booked, settings):
        settings.HUB_DEMO = True
        SafeContact.objects.filter(enquiry=booked.enquiry).update(by_email=False, by_text=True)
        with time_machine.travel(moment("2026-10-13 09:05"), tick=False):
            send_due_nudges()
        assert Message.objects.get(template="event_reminder_text").channel == "text"
        assert not Task.objects.filter(kind="event").exists()

    def test_the_link_is_for_those_booked_and_shortly_before(self, course, make_enquiry, link_for):
        self.online(course)
        enquiry = make_enquiry("in_touch")
        book_event(event=course, enquiry=enquiry, persons=1)
        for at, shown in (("2026-10-13 12:00", False), ("2026-10-14 12:00", True)):
            with time_machine.travel(moment(at)):
                client = Client()
                client.post(link_for(enquiry.applicants.first().email))
                assert ("meet.example.org/secret" in client.get(reverse("own_page")).content.decode()) is shown
                assert client.get(reverse("own_page_event_calendar", args=["skills"])).status_code == 200
                assert "secret" not in client.get(reverse("public_event", args=["skills"])).content.decode()


class TestBookedByStaff:
    def test_from_the_event_by_name_and_given_back(self, course, make_enquiry, sign_in, worker):
        enquiry, client, path = make_enquiry(), sign_in(worker), reverse("event_book", args=["skills"])
        with time_machine.travel(moment("2026-10-02 09:00")):
            client.force_login(worker, backend="hub.people.backends.ActiveUserBackend")
            found = client.post(path, {"q": enquiry.applicants.first().last_name}).content.decode()
            assert enquiry.reference in found
            client.post(path, {"reference": enquiry.reference, "persons": "2"})
            booking = Booking.objects.get()
            assert (booking.persons, booking.made_by) == (2, worker)
            assert enquiry.facts.get(kind="event_booked").recorded_by == worker
            assert client.post(path, {"reference": "XXXX-0000"}).status_code == 404
            client.post(reverse("booking_cancel", args=["skills", booking.pk]))
        assert Booking.objects.get().state == "cancelled"

    def test_from_the_enquiry_also_what_is_not_on_the_website(self, course, make_enquiry, sign_in, worker):
        Event.objects.update(published=False)
        enquiry = make_enquiry()
        path = reverse("book_event", args=[enquiry.reference])
        with time_machine.travel(moment("2026-10-02 09:00")):
            client = sign_in(worker)
            assert "4 places left" in client.get(path).content.decode()
            typed = {"event": course.pk, "persons": "2", "version": enquiry.version}
            assert client.post(path, typed).status_code == 302
            stale = client.post(path, {**typed, "persons": "1"})  # they had not seen the booking
            assert "has changed since" in stale.content.decode()
        assert Booking.objects.get().persons == 2

    def test_pages_of_an_event_cost_the_same_however_many_come(
        self, course, make_enquiry, sign_in, worker, django_assert_max_num_queries
    ):
        client = sign_in(worker)
        Event.objects.update(capacity=50)
        for _ in range(6):
            book_event(event=course, enquiry=make_enquiry(), persons=1)
        with time_machine.travel(moment("2026-10-15 12:00")):
            client.force_login(worker, backend="hub.people.backends.ActiveUserBackend")
            for name, args in (
                ("event", ["skills"]),
                ("event_attendance", ["skills", 1]),
                ("session_list", ["skills", 1]),
            ):
                with django_assert_max_num_queries(18):
                    assert client.get(reverse(name, args=args)).status_code == 200
