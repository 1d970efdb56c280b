"""What a council gives back lands on somebody's desk, with a task, and the sender hears of it."""

import pytest
from django.urls import reverse

from enquiries.models import Task
from enquiries.services import assign_enquiry
from enquiries.tasks.services import add_task
from handover.following.desk import SILENT, desk_of, settle_tasks
from handover.services import answer_handover, send_handover, withdraw_handover
from hub.models import Hub, Message, User
from hub.working_time import today
from tests.factories import someone


@pytest.fixture
def colleague(hub):
    return User.objects.create_user("nadia@example.org", None, name="Nadia Colleague", role="hub_worker")


def leave(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)


def given_back(handover, by, answer="returned"):
    answer_handover(
        handover=handover, by=by, answer=answer, reason="information", note="Which school does Amina teach at?"
    )
    handover.enquiry.refresh_from_db()
    return handover.enquiry


@pytest.mark.parametrize("answer", ["declined", "returned"])
def test_it_goes_to_its_owner_with_a_task_and_an_email(answer, sent, gateshead_worker):
    handover = sent()
    owner = handover.enquiry.owner
    Message.objects.all().delete()
    enquiry = given_back(handover, gateshead_worker, answer)
    assert (enquiry.owner, enquiry.stage, enquiry.clock) == (owner, "ready", "handover")
    task = Task.objects.get(kind="given_back")
    assert (
        task.assigned_to == owner and task.title == f"Gateshead {answer} {handover.reference}: information is missing"
    )
    assert str(task.due_on) == f"{enquiry.due_at:%Y-%m-%d}"
    (message,) = Message.objects.filter(template="given_back")
    assert message.to == owner.email and "It is with you now" in message.body
    for word in ("Amina", "Khalid", "NE8", "school"):
        assert word not in message.subject + message.body
    assert reverse("handover_prepare", args=[enquiry.reference]) in message.body


def test_the_sender_hears_of_it_too_where_that_is_another_person(
    make_enquiry, agreement, gateshead, worker, colleague, gateshead_worker
):
    enquiry = make_enquiry("ready")
    assign_enquiry(enquiry=enquiry, to=colleague, by=colleague)
    handover = send_handover(enquiry=enquiry, authority=gateshead, by=worker)
    given_back(handover, gateshead_worker)
    mails = {message.to: message.body for message in Message.objects.filter(template="given_back")}
    assert set(mails) == {colleague.email, worker.email}
    assert "It is with Nadia Colleague now" in mails[worker.email]


def test_owner_else_sender_else_the_desk_else_a_manager(sent, gateshead_worker, worker, colleague, manager):
    handover = sent()
    enquiry = handover.enquiry
    Hub.objects.update(handover_desk=colleague)
    assign_enquiry(enquiry=enquiry, to=someone("hub_manager"), by=manager)
    owner = enquiry.owner
    assert desk_of(enquiry, sent_by_id=worker.pk) == owner
    leave(owner)
    assert desk_of(enquiry, sent_by_id=worker.pk) == worker
    leave(worker)
    assert desk_of(enquiry, sent_by_id=worker.pk) == colleague
    leave(colleague)
    assert desk_of(enquiry, sent_by_id=worker.pk) == manager
    enquiry = given_back(handover, gateshead_worker)
    assert enquiry.owner == manager
    assert Task.objects.get(kind="given_back").assigned_to == manager
    assert [one.to for one in Message.objects.filter(template="given_back")] == [manager.email]
    leave(manager)
    assert desk_of(enquiry, sent_by_id=worker.pk) is None


def test_who_has_left_does_no_casework_any_more(sent, gateshead_worker, colleague):
    handover = sent()
    User.objects.filter(pk=handover.enquiry.owner_id).update(role="cluster_lead")
    Hub.objects.update(handover_desk=colleague)
    assert given_back(handover, gateshead_worker).owner == colleague


def test_with_nobody_at_the_hub_it_is_everybodys(sent, gateshead_worker):
    handover = sent()
    User.objects.filter(authority=None).update(is_active=False)
    given_back(handover, gateshead_worker)
    assert Task.objects.get(kind="given_back").whose == "Anybody" or not Task.objects.get(kind="given_back").assigned_to


def test_the_task_is_settled_when_it_is_sent_again(sent, gateshead, gateshead_worker, worker):
    handover = sent()
    enquiry = given_back(handover, gateshead_worker)
    send_handover(enquiry=enquiry, authority=gateshead, by=worker)
    assert not Task.objects.open().filter(kind="given_back").exists()


def test_what_is_withdrawn_has_an_owner_too_and_the_team_is_told(sent, gateshead_worker, colleague):
    handover = sent()
    leave(handover.enquiry.owner)
    withdraw_handover(handover=handover, by=colleague, reason="mistake", note="Amina rang")
    handover.enquiry.refresh_from_db()
    assert handover.enquiry.owner == colleague
    (message,) = Message.objects.filter(template="referral_withdrawn")
    assert message.to == gateshead_worker.email and "Amina" not in message.body


def test_the_page_says_whose_desk_it_is_on(sent, gateshead_worker, sign_in, worker):
    handover = sent()
    enquiry = given_back(handover, gateshead_worker)
    html = sign_in(worker).get(reverse("handover_prepare", args=[enquiry.reference])).content.decode()
    assert f"is with <strong>{enquiry.owner.name}</strong>" in html


def test_the_desk_is_chosen_under_settings(sign_in, manager, colleague, worker, data_officer):
    page = reverse("handover_desk")
    for person in (worker, data_officer):
        assert sign_in(person).get(page).status_code == 403
    client = sign_in(manager)
    assert "What comes back" in client.get(reverse("hub_settings")).content.decode()
    html = client.post(page, {"handover_desk": str(data_officer.pk), "asks_after": "many"}).content.decode()
    assert "Enter a number of working days from 0 to 60" in html and "Select a person from the list" in html
    client.post(page, {"handover_desk": str(colleague.pk), "asks_after": "7"})
    hub = Hub.objects.get()
    assert (hub.handover_desk, hub.asks_after) == (colleague, 7)
    html = client.get(page).content.decode()
    assert "Nadia Colleague" in html and "was 10" in html


def test_the_tenth_referral_of_a_household_is_not_the_first(sent, worker):
    handover = sent()  # …-H1
    first, tenth, asked = (
        add_task(
            title="Ask them", due_on=today(), enquiry=handover.enquiry, to=worker, kind=SILENT,
            key=f"{SILENT}:{handover.reference}{more}",
        )
        for more in ("", "0", ":7")
    )  # fmt: skip
    settle_tasks(handover, SILENT, note="They have answered.")
    assert list(Task.objects.open().filter(kind=SILENT)) == [tenth]
    assert Task.objects.get(pk=first.pk).done_at and Task.objects.get(pk=asked.pk).done_at


def test_who_has_left_gets_no_email(sent, gateshead_worker, worker, colleague):
    handover = sent()
    assign_enquiry(enquiry=handover.enquiry, to=colleague, by=colleague)
    leave(worker)
    Message.objects.all().delete()
    given_back(handover, gateshead_worker)
    assert [message.to for message in Message.objects.filter(template="given_back")] == [colleague.email]
