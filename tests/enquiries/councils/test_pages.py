import pytest
from django.urls import reverse

from enquiries.models import Enquiry
from hub.models import Message, NeighbourHub, Postcode
from tests.factories import make_enquiry as make

pytestmark = pytest.mark.usefixtures("directory")
HUB = {"name": "Foster in Yorkshire", "telephone": "01632 960555", "councils": "leeds\n\nE08000035"}


@pytest.fixture
def unplaced():
    return make(postcode="LS1 1AA")


@pytest.fixture
def leeds_hub(authorities):
    hub = NeighbourHub.objects.create(name="Foster in Yorkshire")
    hub.authorities.add(authorities["Leeds"])
    return hub


def html_of(answer) -> str:
    return answer.content.decode()


def test_the_enquiry_page_says_what_to_do(unplaced, leeds_hub, sign_in, worker):
    shown = html_of(sign_in(worker).get(reverse("enquiry", args=[unplaced.reference])))
    assert "Refer them to Foster in Yorkshire" in shown and "Find the council again" in shown


def test_found_again(unplaced, sign_in, worker):
    url = reverse("find_council", args=[unplaced.reference])
    answer = sign_in(worker).post(url, follow=True)
    assert "Nothing has changed: no council found" in html_of(answer)
    assert sign_in(worker).get(url).status_code == 405


def test_referred_after_a_look_at_the_letter(unplaced, leeds_hub, sign_in, worker):
    client, url = sign_in(worker), reverse("refer_elsewhere", args=[unplaced.reference])
    form = html_of(client.get(url))
    assert "Their details are passed to nobody" in form and f'value="{leeds_hub.pk}"' in form
    typed = {"to": leeds_hub.pk, "note": "Keen", "version": unplaced.version}
    check = html_of(client.post(url, typed))
    assert "What they will be written" in check and "We hold no telephone" in check
    assert not Message.objects.filter(template="referred_elsewhere").exists()
    answer = client.post(url, {**typed, "seen": "yes"}, follow=True)
    assert "We are writing to them how to reach it" in html_of(answer)
    unplaced.refresh_from_db()
    assert unplaced.stage == "closed"
    again = client.post(url, {**typed, "seen": "yes"})
    assert again.status_code == 200 and "no longer with the hub" in html_of(again)


@pytest.mark.parametrize("to", ["", "999999", "Leeds", "0\x00", "'; drop table"])
def test_which_hub_must_be_one_of_the_list(unplaced, leeds_hub, sign_in, worker, to):
    url = reverse("refer_elsewhere", args=[unplaced.reference])
    answer = sign_in(worker).post(url, {"to": to, "version": unplaced.version, "seen": "yes"})
    assert answer.status_code == 200 and "There is a problem" in html_of(answer)


def test_one_with_a_council_is_not_referred(sign_in, worker, leeds_hub):
    answer = sign_in(worker).get(reverse("refer_elsewhere", args=[make().reference]))
    assert answer.status_code == 409


def test_the_mark_stands_in_the_band_and_in_the_handover(gateshead, sign_in, worker):
    enquiry = make("ready", not_authority=gateshead, not_why="Her sister works there")
    client = sign_in(worker)
    for name in ("enquiry", "enquiry_details", "handover_prepare"):
        shown = html_of(client.get(reverse(name, args=[enquiry.reference])))
        assert "Gateshead must not get to know of them: Her sister works there" in shown, name
    shown = html_of(client.get(reverse("handover_prepare", args=[enquiry.reference]), {"council": "E08000037"}))
    assert "Choose another council" in shown and "Send to Gateshead</button>" not in shown


def test_the_rules_and_those_who_would_change(sign_in, manager):
    enquiry = make()
    client, url = sign_in(manager), reverse("routing")
    assert "Nobody would have another council" in html_of(client.get(url))
    Postcode.objects.filter(pk="NE81AA").update(authority_code="E08000021")
    shown = html_of(client.get(url))
    assert "Find the council again for 1 enquiry" in shown and "Gateshead → Newcastle upon Tyne" in shown
    done = html_of(client.post(url))
    assert "What came of it" in done and "Now Newcastle upon Tyne" in done
    assert "Nobody would have another council" in done
    enquiry.refresh_from_db()
    assert str(enquiry.authority) == "Newcastle upon Tyne"


def test_hubs_are_read_by_staff_and_kept_by_managers(sign_in, worker, manager, authorities):
    assert "No other hub is known" in html_of(sign_in(worker).get(reverse("neighbour_hubs")))
    client = sign_in(manager)
    assert client.post(reverse("neighbour_hub_new"), HUB).url == reverse("neighbour_hubs")
    hub = NeighbourHub.objects.get()
    assert [str(authority) for authority in hub.authorities.all()] == ["Leeds"]
    url = reverse("neighbour_hub", args=[hub.pk])
    assert "Leeds" in html_of(client.get(url))
    client.post(url, {**HUB, "telephone": "", "website": "www.example.org"})
    hub.refresh_from_db()
    assert (hub.telephone, hub.website) == ("", "https://www.example.org")
    listed = html_of(sign_in(worker).get(reverse("neighbour_hubs")))
    assert "https://www.example.org" in listed and url not in listed


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "Enter the name of the hub"),
        ({"name": "x" * 101}, "100 characters"),
        ({"name": "foster in yorkshire"}, "already a hub called"),
        ({"councils": "Atlantis"}, "We know no council called Atlantis"),
        ({"councils": "Gateshead"}, "is one of our own councils"),
        ({"email": "nobody"}, "email"),
        ({"website": "javascript:alert(1)"}, "Enter the address of the website"),
        ({"name": "A\x00B"}, ""),
    ],
)
def test_what_cannot_be_right_is_shown_again(sign_in, manager, authorities, changes, says):
    NeighbourHub.objects.create(name="Foster in Yorkshire")
    answer = sign_in(manager).post(reverse("neighbour_hub_new"), {**HUB, "name": "Another", **changes})
    assert answer.status_code == 200 and says in html_of(answer)
    assert NeighbourHub.objects.count() == 1


def test_a_council_has_one_hub(sign_in, manager, leeds_hub):
    answer = sign_in(manager).post(reverse("neighbour_hub_new"), {**HUB, "name": "Another"})
    assert "Leeds is a member of Foster in Yorkshire" in html_of(answer)


@pytest.mark.parametrize(
    ("name", "who", "status"),
    [
        ("routing", "worker", 403), ("routing", "gateshead_worker", 403), ("neighbour_hubs", "gateshead_worker", 403),
        ("neighbour_hubs", "worker", 200), ("neighbour_hub_new", "worker", 403), ("neighbour_hub", "worker", 403),
        ("refer_elsewhere", "gateshead_worker", 403), ("refer_elsewhere", "cluster_lead", 403),
        ("enquiry_new", "gateshead_worker", 403), ("enquiry_new", "cluster_lead", 403),
    ],
)  # fmt: skip
def test_who_may(request, unplaced, leeds_hub, sign_in, name, who, status):
    args = {"neighbour_hub": [leeds_hub.pk], "refer_elsewhere": [unplaced.reference]}.get(name, [])
    assert sign_in(request.getfixturevalue(who)).get(reverse(name, args=args)).status_code == status
    assert Enquiry.objects.get().stage == "new"


def test_no_such_hub(sign_in, manager):
    assert sign_in(manager).get(reverse("neighbour_hub", args=[999])).status_code == 404
