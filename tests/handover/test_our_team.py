"""The portal: an authority's lead looks after its team, and sees nobody else's."""

import pytest

from handover.models import Handover
from hub.models import User
from tests.factories import someone


@pytest.fixture
def lead(gateshead):
    return someone("authority_lead", gateshead)


def test_a_lead_sees_the_own_team_with_roles_and_states(sign_in, lead, gateshead_worker, newcastle_worker, worker):
    html = sign_in(lead).get("/portal/team/").content.decode()
    assert gateshead_worker.email in html and lead.email in html and "Invited" in html
    assert newcastle_worker.email not in html and worker.email not in html


def test_a_lead_invites_changes_roles_suspends_and_lets_in(sign_in, lead, gateshead):
    client = sign_in(lead)
    asked = {"name": "Nell Amos", "email": "nell@gateshead.example.org", "role": "authority_worker"}
    assert client.post("/portal/team/invite/", asked).url == "/portal/team/"
    nell = User.objects.get(email="nell@gateshead.example.org")
    assert (nell.authority, nell.role) == (gateshead, "authority_worker")
    client.post(f"/portal/team/{nell.pk}/role/", {"role": "authority_lead"})
    client.post(f"/portal/team/{nell.pk}/suspend/", {"why": "On leave"})
    nell.refresh_from_db()
    assert (nell.role, nell.is_active, nell.suspended_why) == ("authority_lead", False, "On leave")
    client.post(f"/portal/team/{nell.pk}/let-in/")
    client.post(f"/portal/team/{nell.pk}/invite-again/")
    nell.refresh_from_db()
    assert nell.is_active and nell.invitation_sha256
    page = client.get("/portal/team/").content.decode()
    for change in ("added as authority worker", "authority lead, before", "suspended. On leave", "let in again"):
        assert f"Nell Amos: {change}" in page
    assert page.count(lead.name) > 4  # who did it


def test_what_changed_elsewhere_is_not_told(sign_in, lead, newcastle_worker, manager):
    sign_in(manager).post(f"/hub/settings/people/{newcastle_worker.pk}/suspend/", {"why": "A secret of Newcastle"})
    assert "A secret of Newcastle" not in sign_in(lead).get("/portal/team/").content.decode()


@pytest.mark.parametrize("whose", ["newcastle_worker", "worker", "manager"])
def test_nobody_of_another_house_is_there(request, sign_in, lead, whose):
    person, client = request.getfixturevalue(whose), sign_in(lead)
    for path in ("", "role/", "suspend/"):
        assert client.get(f"/portal/team/{person.pk}/{path}").status_code == 404
    for path in ("role/", "suspend/", "let-in/", "invite-again/"):
        answer = client.post(f"/portal/team/{person.pk}/{path}", {"why": "x", "role": "authority_lead"})
        assert answer.status_code == 404
    person.refresh_from_db()
    assert person.is_active and person.role != "authority_lead"


@pytest.mark.parametrize("who", ["gateshead_worker", "worker", "manager", "cluster_lead"])
def test_for_leads_alone(request, sign_in, lead, who):
    client = sign_in(request.getfixturevalue(who))
    for path in ("", "invite/", f"{lead.pk}/", f"{lead.pk}/role/", f"{lead.pk}/suspend/"):
        assert client.get(f"/portal/team/{path}").status_code == 403
    for path in ("invite/", f"{lead.pk}/role/", f"{lead.pk}/suspend/", f"{lead.pk}/let-in/"):
        assert client.post(f"/portal/team/{path}").status_code == 403


def test_reading_changes_nothing(sign_in, lead, gateshead_worker):
    client = sign_in(lead)
    assert client.get(f"/portal/team/{gateshead_worker.pk}/let-in/").status_code == 405
    assert client.get(f"/portal/team/{gateshead_worker.pk}/invite-again/").status_code == 405


def test_bad_input_is_shown_again(sign_in, lead, gateshead_worker):
    client = sign_in(lead)
    asked = {"name": "Samir", "email": gateshead_worker.email, "role": "authority_worker"}
    html = client.post("/portal/team/invite/", asked).content.decode()
    assert "has an account with this address already" in html and gateshead_worker.email in html
    html = client.post("/portal/team/invite/", {**asked, "role": "hub_manager"}).content.decode()
    assert "There is a problem" in html and "has an account" not in html
    html = client.post(f"/portal/team/{lead.pk}/suspend/", {"why": "I leave"}).content.decode()
    assert "You cannot suspend yourself" in html and "I leave" in html


def test_a_form_that_was_sent_twice_at_once_says_that_they_are_known(sign_in, lead, gateshead, monkeypatch):
    made = User.objects.create_user

    def quicker(email, password, **fields):
        made(email, password, **fields)
        return made(email, password, **fields)

    monkeypatch.setattr(User.objects, "create_user", quicker)
    asked = {"name": "Nell Amos", "email": "nell@gateshead.example.org", "role": "authority_worker"}
    html = sign_in(lead).post("/portal/team/invite/", asked).content.decode()
    assert "nell@gateshead.example.org is already known" in html


def test_referrals_of_the_suspended_need_another_worker(sign_in, lead, gateshead_worker, accepted):
    handover = accepted()
    Handover.objects.filter(pk=handover.pk).update(worker=gateshead_worker)
    client, theirs = sign_in(lead), f"/portal/team/{gateshead_worker.pk}/"
    assert "will need another worker" in client.get(f"{theirs}suspend/").content.decode()
    assert "need another worker" not in client.get("/portal/team/").content.decode()
    client.post(f"{theirs}suspend/", {"why": "Has left"})
    for path in ("/portal/team/", theirs):
        html = client.get(path).content.decode()
        assert handover.reference in html and "need" in html and "another worker" in html
