"""Who is invited, suspended, let in again, and by whom."""

import datetime
import re
from urllib.parse import urlparse

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from hub.errors import Refused
from hub.messages.services import send_due_messages
from hub.models import Message, User
from hub.people.invitations import accept_invitation, invited_by
from hub.people.services import change_role, invite_again, invite_person, let_in_again, suspend_person
from tests.factories import someone

PASSWORD = "heron lantern gravel"


@pytest.fixture(autouse=True)
def nobody_counted(db):
    cache.clear()


@pytest.fixture
def lead(gateshead):
    return someone("authority_lead", gateshead)


@pytest.fixture
def newcastle_lead(newcastle):
    return someone("authority_lead", newcastle)


def link_in_email() -> str:
    """The path of the link in the latest email that was sent."""
    mail.outbox.clear()
    send_due_messages()
    (found,) = re.findall(r"https?://\S+/accounts/invitation/\S+", mail.outbox[-1].body)
    return urlparse(found).path


def invited(by, **changes) -> User:
    details = {"email": "nell@gateshead.example.org", "name": "Nell Amos", "role": "authority_worker"}
    return invite_person(by=by, **{**details, **changes})


def test_somebody_new_chooses_a_password_by_the_link_and_signs_in(client, lead, settings):
    settings.HUB_DEMO = True
    person = invited(lead)
    assert person.account_state == "Invited"
    path = link_in_email()
    assert client.get(path).status_code == client.get(path).status_code == 200  # looking uses nothing up
    answer = client.post(path, {"password": PASSWORD, "again": PASSWORD})
    assert answer.url == "/accounts/login/"
    assert client.post("/accounts/login/", {"login": person.email, "password": PASSWORD}).url == "/accounts/home/"
    assert User.objects.get(pk=person.pk).account_state == "Active"
    again = client.post(path, {"password": "another lantern gravel", "again": "another lantern gravel"})
    assert again.status_code == 410
    assert User.objects.get(pk=person.pk).check_password(PASSWORD)


def test_the_secret_of_an_invitation_is_in_no_row(lead):
    person = invited(lead)
    message = Message.objects.get(template="account_invitation")
    secret = link_in_email().strip("/").rpartition("/")[2]
    kept = [message.body, message.subject, message.seed, *map(str, User.objects.filter(pk=person.pk).values_list())]
    assert [text for text in kept if secret in text] == []
    message.refresh_from_db()
    assert message.seed == ""
    assert invited_by(secret) == person


@pytest.mark.parametrize(("days", "good"), [(6.9, True), (7.1, False)])
def test_a_link_is_good_for_seven_days(lead, client, days, good):
    person = invited(lead)
    path = link_in_email()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=days)):
        assert (client.get(path).status_code == 200) is good
        secret = path.strip("/").rpartition("/")[2]
        assert (accept_invitation(token=secret, password=PASSWORD) == person) is good


def test_invited_again_the_earlier_link_is_over(lead, client):
    person = invited(lead)
    first = link_in_email()
    invite_again(person=person, by=lead)
    second = link_in_email()
    assert first != second
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


@pytest.mark.parametrize("nonsense", ["x", "é" * 40, "only-they-can-read-this-part", "%00"])
def test_made_up_links_open_nothing(client, hub, nonsense):
    assert client.get(f"/accounts/invitation/{nonsense}/").status_code in (400, 410)


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("", "", "Enter a password"),
        (PASSWORD, "another", "Enter the same password twice"),
        ("short", "short", "too short"),
        ("password12345", "password12345", "too common"),
    ],
)
def test_a_bad_password_is_asked_for_again_and_the_link_stays_good(lead, client, password, again, said):
    invited(lead)
    path = link_in_email()
    assert said in client.post(path, {"password": password, "again": again}).content.decode()
    assert client.get(path).status_code == 200


def test_a_suspended_person_s_invitation_is_over(lead, client):
    person = invited(lead)
    path = link_in_email()
    suspend_person(person=person, by=lead, why="A mistake")
    assert client.get(path).status_code == 410


def test_an_address_with_an_account_is_not_invited(lead, gateshead_worker, newcastle_worker):
    with pytest.raises(Refused, match="has an account with this address already"):
        invited(lead, email=gateshead_worker.email.upper())
    with pytest.raises(Refused, match="cannot be invited here") as refused:
        invited(lead, email=newcastle_worker.email)
    assert newcastle_worker.name not in str(refused.value)


@pytest.mark.parametrize("role", ["hub_worker", "hub_manager", "administrator", "cluster_lead"])
def test_a_lead_invites_nobody_into_the_hub(lead, role):
    with pytest.raises(Refused, match="workers and leads of your own council"):
        invited(lead, role=role)


def test_a_lead_invites_into_the_own_council_whatever_is_asked(lead, newcastle):
    assert invited(lead, authority=newcastle).authority == lead.authority


@pytest.mark.parametrize("who", ["worker", "gateshead_worker", "cluster_lead", "data_officer"])
def test_whoever_manages_nobody_can_do_nothing(request, who, lead):
    by = request.getfixturevalue(who)
    with pytest.raises(Refused):
        invited(by)
    for refused in (
        lambda: suspend_person(person=lead, by=by, why="x"),
        lambda: let_in_again(person=lead, by=by),
        lambda: change_role(person=lead, by=by, role="authority_worker"),
        lambda: invite_again(person=lead, by=by),
    ):
        with pytest.raises(Refused, match="not in your team"):
            refused()


def test_a_lead_changes_nobody_of_another_council_and_nobody_of_the_hub(lead, newcastle_worker, worker):
    for person in (newcastle_worker, worker):
        with pytest.raises(Refused, match="not in your team"):
            suspend_person(person=person, by=lead, why="x")
        with pytest.raises(Refused, match="not in your team"):
            change_role(person=person, by=lead, role="authority_worker")


def test_suspending_ends_sessions_at_once_and_letting_in_does_not_bring_them_back(
    client, sign_in, lead, gateshead_worker
):
    sign_in(gateshead_worker)
    assert client.get("/portal/").status_code == 200
    suspend_person(person=gateshead_worker, by=lead, why="Has left")
    assert client.get("/portal/").url.startswith("/accounts/login/")
    # The cookie of then, tried again after they were let in.
    cookie = client.cookies["sessionid"].value
    let_in_again(person=gateshead_worker, by=lead)
    client.cookies["sessionid"] = cookie
    assert client.get("/portal/").url.startswith("/accounts/login/")
    assert sign_in(User.objects.get(pk=gateshead_worker.pk)).get("/portal/").status_code == 200


def test_a_session_untouched_while_suspended_stays_ended(client, sign_in, lead, gateshead_worker):
    sign_in(gateshead_worker)
    suspend_person(person=gateshead_worker, by=lead, why="Has left")
    let_in_again(person=gateshead_worker, by=lead)
    assert client.get("/portal/").url.startswith("/accounts/login/")


def test_let_in_again_says_so_or_invites_whoever_has_no_password(lead, gateshead_worker):
    suspend_person(person=gateshead_worker, by=lead, why="On leave")
    let_in_again(person=gateshead_worker, by=lead)
    assert Message.objects.filter(template="account_invitation", to=gateshead_worker.email).count() == 1
    User.objects.filter(pk=gateshead_worker.pk).update(password=someone_with_password().password)
    suspend_person(person=gateshead_worker, by=lead, why="On leave")
    let_in_again(person=gateshead_worker, by=lead)
    assert Message.objects.filter(template="account_let_in", to=gateshead_worker.email).count() == 1
    with pytest.raises(Refused, match="is not suspended"):
        let_in_again(person=gateshead_worker, by=lead)


def someone_with_password() -> User:
    return User.objects.create_user("p@example.org", PASSWORD, name="P", role="hub_worker")


def test_nobody_suspends_or_promotes_themselves(lead, manager):
    for by in (lead, manager):
        with pytest.raises(Refused, match="yourself"):
            suspend_person(person=by, by=by, why="x")
    with pytest.raises(Refused, match="your own role"):
        change_role(person=lead, by=lead, role="authority_worker")


def test_the_last_lead_stays_lead(lead, gateshead_worker, manager, gateshead):
    with pytest.raises(Refused, match="the last lead"):
        change_role(person=lead, by=manager, role="authority_worker")
    other = change_role(person=gateshead_worker, by=lead, role="authority_lead")
    assert change_role(person=lead, by=other, role="authority_worker").role == "authority_worker"
    with pytest.raises(Refused, match="not in your team"):  # who is no lead any more changes nobody
        change_role(person=other, by=lead, role="authority_worker")


def test_a_suspended_lead_does_not_count_as_another(lead, gateshead, manager):
    other = User.objects.create_user("o@example.org", None, name="Other", role="authority_lead", authority=gateshead)
    suspend_person(person=other, by=lead, why="Has left")
    with pytest.raises(Refused, match="the last lead"):
        change_role(person=lead, by=manager, role="authority_worker")


def test_the_hub_can_shut_out_anybody_even_a_last_lead(lead, manager):
    assert lead.is_only_one
    assert not suspend_person(person=lead, by=manager, why="Account stolen").is_active


def test_the_last_manager_keeps_the_role(manager):
    admin = someone("administrator")
    with pytest.raises(Refused, match="the last manager"):
        change_role(person=manager, by=admin, role="hub_worker")


@pytest.mark.parametrize("role", ["hub_worker", "nonsense", ""])
def test_no_role_of_the_other_house(lead, gateshead_worker, manager, role):
    for by in (lead, manager):
        with pytest.raises(Refused, match="not open to them"):
            change_role(person=gateshead_worker, by=by, role=role)


def test_whoever_is_suspended_learns_nothing_about_the_password(client, settings, hub, manager):
    settings.HUB_DEMO = True
    person = someone_with_password()
    suspend_person(person=person, by=manager, why="Has left")

    def said(login, password):
        cache.clear()
        answer = client.post("/accounts/login/", {"login": login, "password": password})
        assert answer.status_code == 200
        html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
        return html.replace(login, "")

    right, wrong, unknown = said(person.email, PASSWORD), said(person.email, "no"), said("no@example.org", "no")
    assert right == wrong == unknown
    assert "ask your council’s lead or the hub to let you in again" in right


def test_right_password_of_the_suspended_counts_as_a_wrong_one(client, settings, hub, manager):
    """Else the throttle would tell: it is forgotten when the password was right."""
    settings.HUB_DEMO = True
    person = someone_with_password()
    suspend_person(person=person, by=manager, why="Has left")
    for _ in range(11):
        answer = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert "Too many failed" in answer.content.decode()


def test_the_server_lets_in_whom_nobody_is_left_to_let_in(manager):
    admin = someone("administrator")
    suspend_person(person=manager, by=admin, why="Has left")
    call_command("let_in", manager.email.upper())
    assert User.objects.get(pk=manager.pk).is_active
    with pytest.raises(CommandError, match="is not suspended"):
        call_command("let_in", manager.email)
    with pytest.raises(CommandError, match="Nobody has"):
        call_command("let_in", "nobody@example.org")


# The hub's pages; the portal's are in tests/handover/test_our_team.py.


def test_the_hub_sees_everybody_and_what_changed(sign_in, manager, lead, gateshead_worker, newcastle_worker, worker):
    client = sign_in(manager)
    client.post(f"/hub/settings/people/{gateshead_worker.pk}/suspend/", {"why": "Has left"})
    html = client.get("/hub/settings/people/").content.decode()
    for person in (lead, gateshead_worker, newcastle_worker, worker, manager):
        assert person.email in html
    assert f"{gateshead_worker.name}: suspended. Has left" in html
    page = client.get(f"/hub/settings/people/{gateshead_worker.pk}/").content.decode()
    assert "Has left" in page and manager.name in page and "Let them in again" in page


def test_the_hub_invites_into_any_role_and_council(sign_in, manager, newcastle):
    client = sign_in(manager)
    asked = {"name": "Ivy Dean", "email": "ivy@example.org", "role": "authority_lead", "council": ""}
    assert "Select which council they work for" in client.post("/hub/settings/people/invite/", asked).content.decode()
    client.post("/hub/settings/people/invite/", {**asked, "council": newcastle.gss_code})
    assert User.objects.get(email="ivy@example.org").authority == newcastle
    wrong = {**asked, "email": "b@example.org", "role": "hub_worker", "council": newcastle.gss_code}
    html = client.post("/hub/settings/people/invite/", wrong).content.decode()
    assert "Leave the council out" in html and "b@example.org" in html


def test_bad_input_is_shown_again(sign_in, manager, worker):
    client = sign_in(manager)
    html = client.post("/hub/settings/people/invite/", {"name": "Ivy", "email": "ivy@", "role": ""}).content.decode()
    assert "Enter an email address in the correct format" in html and "Select what they do" in html and "ivy@" in html
    html = client.post(f"/hub/settings/people/{worker.pk}/suspend/", {"why": ""}).content.decode()
    assert "Enter why" in html
    html = client.post(f"/hub/settings/people/{manager.pk}/suspend/", {"why": "Bored"}).content.decode()
    assert "You cannot suspend yourself" in html and "Bored" in html


def test_systems_are_not_people(sign_in, manager, gateshead):
    system = User.objects.create_user(
        "system@example.org", None, name="Gateshead’s system", role="authority_worker", authority=gateshead,
        is_system=True,
    )  # fmt: skip
    client = sign_in(manager)
    assert system.name not in client.get("/hub/settings/people/").content.decode()
    assert client.get(f"/hub/settings/people/{system.pk}/").status_code == 404


@pytest.mark.parametrize("who", ["worker", "data_officer", "gateshead_worker", "cluster_lead"])
def test_without_the_right_403(request, sign_in, who, lead):
    client = sign_in(request.getfixturevalue(who))
    for path in ("", "invite/", f"{lead.pk}/", f"{lead.pk}/role/", f"{lead.pk}/suspend/"):
        assert client.get(f"/hub/settings/people/{path}").status_code == 403
    assert client.post(f"/hub/settings/people/{lead.pk}/let-in/").status_code == 403


def test_reading_changes_nothing(sign_in, manager, worker):
    client = sign_in(manager)
    assert client.get(f"/hub/settings/people/{worker.pk}/let-in/").status_code == 405
    assert client.get(f"/hub/settings/people/{worker.pk}/invite-again/").status_code == 405
    assert client.post(f"/hub/settings/people/{worker.pk}/").status_code == 405
    assert client.get("/hub/settings/people/99999999/").status_code == 404


def test_the_page_of_who_has_left_leads_to_moving_what_they_own(sign_in, manager, worker):
    page, moves = reverse("people_person", args=[worker.pk]), reverse("move_caseload", args=[worker.pk])
    assert moves not in sign_in(manager).get(page).content.decode()
    suspend_person(person=worker, by=manager, why="Has left")
    assert moves in sign_in(manager).get(page).content.decode()
    assert sign_in(manager).get(moves).status_code == 200
