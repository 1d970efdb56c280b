"""How far a council has come with the portal: moved by managers, with what is missing, and told to its people."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from handover.milestones import Milestone
from handover.models import Agreement
from handover.onboarding.services import change_portal_state, needs_of
from handover.practice.services import practise_answer, practise_milestones
from hub.errors import Refused
from hub.models import Membership, User
from hub.working_time import today


@pytest.fixture
def not_ready(gateshead):
    gateshead.portal = "not_ready"
    gateshead.save()
    return gateshead


@pytest.fixture
def lead(gateshead):
    return User.objects.create_user(
        "lead@example.org", None, name="Joanne Armitage", role="authority_lead", authority=gateshead
    )


def make_ready(gateshead, lead) -> None:
    Agreement.objects.create(authority=gateshead, version="1", signed_by="J. Armitage", starts_on="2024-04-01")
    lead.last_login = timezone.now()
    lead.save()
    practise_answer(household=1, by=lead, answer="accepted")
    practise_milestones(household=1, by=lead, milestones=[Milestone("application_received", today())])


def test_live_only_with_everything_there(not_ready, lead, manager):
    with pytest.raises(Refused, match=r"agreement.*lead.*practice"):
        change_portal_state(authority=not_ready, to="live", by=manager)
    make_ready(not_ready, lead)
    assert all(need.met for need in needs_of(not_ready))
    assert change_portal_state(authority=not_ready, to="live", by=manager).portal == "live"


def test_an_agreement_that_has_run_out_is_none(not_ready, lead, manager):
    make_ready(not_ready, lead)
    Agreement.objects.update(ends_on="2025-01-01")
    with pytest.raises(Refused, match="agreement"):
        change_portal_state(authority=not_ready, to="live", by=manager)


def test_pausing_says_why_and_going_on_needs_nothing(gateshead, manager):
    with pytest.raises(Refused, match="why"):
        change_portal_state(authority=gateshead, to="paused", by=manager, why=" ")
    paused = change_portal_state(authority=gateshead, to="paused", by=manager, why="Their system is being replaced.")
    assert (paused.portal, paused.portal_why) == ("paused", "Their system is being replaced.")
    live = change_portal_state(authority=gateshead, to="live", by=manager)
    assert (live.portal, live.portal_why) == ("live", "")


@pytest.mark.parametrize(("now", "to"), [("live", "live"), ("not_ready", "paused"), ("live", "gone"), ("paused", "")])
def test_moves_that_there_are_not(now, to, gateshead, manager):
    gateshead.portal = now
    gateshead.save()
    with pytest.raises(Refused):
        change_portal_state(authority=gateshead, to=to, by=manager, why="x")


def test_only_managers(gateshead, worker, gateshead_worker, sign_in):
    for by in (worker, gateshead_worker):
        with pytest.raises(Refused):
            change_portal_state(authority=gateshead, to="paused", by=by, why="x")
        for address in (reverse("portal_councils"), reverse("portal_council", args=[gateshead.gss_code])):
            assert sign_in(by).get(address).status_code == 403
            assert sign_in(by).post(address).status_code == 403


def test_the_pages(gateshead, not_ready, lead, manager, sign_in):
    client = sign_in(manager)
    html = client.get(reverse("portal_councils")).content.decode()
    assert "Gateshead" in html and "Not ready" in html and "None current" in html and "Leeds" not in html
    address = reverse("portal_council", args=[gateshead.gss_code])
    html = client.get(address).content.decode()
    assert "No lead of theirs has signed in" in html
    assert "Select where to move it" in client.post(address, {}).content.decode()
    assert "cannot go live yet" in client.post(address, {"to": "live"}, follow=True).content.decode()
    make_ready(gateshead, lead)
    html = client.post(address, {"to": "live"}, follow=True).content.decode()
    assert "Gateshead is live now" in html and "Moira Manager" in html
    html = client.post(address, {"to": "paused", "why": ""}).content.decode()
    assert "Say why" in html
    html = client.post(address, {"to": "paused", "why": "New system"}, follow=True).content.decode()
    assert "Paused: New system" in html
    assert client.get(reverse("portal_council", args=["E08000035"])).status_code == 404
    assert client.delete(address).status_code == 405


def test_its_people_read_why_nothing_comes(gateshead, gateshead_worker, sign_in):
    client, address = sign_in(gateshead_worker), reverse("referrals")

    def said(portal: str, why: str = "") -> str:
        gateshead.portal, gateshead.portal_why = portal, why
        gateshead.save()
        return client.get(address).content.decode()

    assert "not live yet" not in said("live") and "paused" not in said("live")
    assert "Your portal is not live yet" in said("not_ready") and reverse("practice") in said("not_ready")
    assert "Nothing new is sent to you for now: New system" in said("paused", "New system")
    said("live")
    Membership.objects.filter(authority=gateshead).update(starts_on=today() + datetime.timedelta(days=30))
    assert "not part of this hub yet" in client.get(address).content.decode()


def test_one_that_left_is_shown_and_not_moved(gateshead, manager, sign_in):
    Membership.objects.filter(authority=gateshead).update(ends_on="2025-12-31")
    client = sign_in(manager)
    assert "31 December 2025" in client.get(reverse("portal_councils")).content.decode()
    assert "Move it" not in client.get(reverse("portal_council", args=[gateshead.gss_code])).content.decode()
