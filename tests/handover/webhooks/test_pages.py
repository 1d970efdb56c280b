"""The pages on which a council's lead looks after its connections."""

import pytest
from django.utils import timezone

from handover.models import Delivery, Endpoint
from handover.webhooks.deliveries import deliver_due
from handover.webhooks.services import rotate_secret, send_test
from hub.api.services import issue_token
from hub.models import ApiToken

pytestmark = pytest.mark.usefixtures("no_worker")
ADD = {"url": "https://cases.example.org/hub", "events": ["handover.sent"]}


@pytest.fixture
def by_lead(sign_in, lead):
    return sign_in(lead)


def test_adding_shows_the_secret_this_once(by_lead, lead):
    assert by_lead.get("/portal/connections/add/").status_code == 200
    answer = by_lead.post("/portal/connections/add/", ADD)
    made = Endpoint.objects.get()
    assert "whsec_" in answer.content.decode() and "no-store" in answer["Cache-Control"]
    assert made.authority == lead.authority and made.made_by == lead and made.events == ["handover.sent"]
    for page in ("/portal/connections/", f"/portal/connections/{made.pk}/"):
        html = by_lead.get(page).content.decode()
        assert "cases.example.org" in html and "whsec_" not in html
    # Sent twice it is there once.
    again = by_lead.post("/portal/connections/add/", ADD)
    assert again.status_code == 200 and "told already" in again.content.decode()
    assert Endpoint.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"url": "", "events": ["handover.sent"]}, "Enter the address"),
        ({"url": "https://127.0.0.1/", "events": ["handover.sent"]}, "not public"),
        ({"url": "https://[::1]/", "events": ["handover.sent"]}, "not public"),
        ({"url": "https://localhost/", "events": ["handover.sent"]}, "not public"),
        ({"url": "http://cases.example.org/", "events": ["handover.sent"]}, "https"),
        ({"url": "https://cases.example.org/x"}, "Select what it should be told"),
        ({"url": "https://cases.example.org/x", "events": ["everything"]}, "Select"),
    ],
)
def test_bad_input_is_shown_again(by_lead, typed, said):
    html = by_lead.post("/portal/connections/add/", typed).content.decode()
    assert said in html and typed["url"] in html and not Endpoint.objects.exists()


def test_a_test_goes_and_its_page_says_so(by_lead, endpoint, receiver):
    answer = by_lead.post(f"/portal/connections/{endpoint.pk}/test/")
    made = Delivery.objects.get()
    assert answer["Location"] == f"/portal/connections/deliveries/{made.pk}/"
    waiting = by_lead.get(answer["Location"])
    assert waiting["Refresh"] and "Waiting" in waiting.content.decode()
    assert deliver_due() == 1
    done = by_lead.get(answer["Location"])
    assert "Refresh" not in done and "It answered 204." in done.content.decode()
    assert '"type":"ping"' in receiver.asked[0].body.decode()
    receiver.answers(500)
    by_lead.post(f"/portal/connections/deliveries/{made.pk}/again/")
    deliver_due()
    assert "It answered 500" in by_lead.get(answer["Location"]).content.decode()


def test_pausing_changing_the_secret_and_removing(by_lead, endpoint):
    here = f"/portal/connections/{endpoint.pk}/"
    by_lead.post(f"{here}pause/")
    assert "Put it on again" in by_lead.get(here).content.decode()
    by_lead.post(f"{here}resume/")
    assert by_lead.get(f"{here}secret/").status_code == 200
    assert "whsec_" in by_lead.post(f"{here}secret/").content.decode()
    assert "the one before counts too" in by_lead.get(here).content.decode()
    assert by_lead.get(f"{here}remove/").status_code == 200
    assert by_lead.post(f"{here}remove/").status_code == 302
    assert by_lead.get(here).status_code == 404
    assert "cases" not in by_lead.get("/portal/connections/").content.decode()


def test_the_log_in_pages(by_lead, endpoint, lead):
    for _ in range(27):
        send_test(endpoint=endpoint, by=lead)
    here = f"/portal/connections/{endpoint.pk}/"
    first = by_lead.get(here)
    assert len(first.context["deliveries"]) == 25
    second = by_lead.get(here + first.context["older"])
    assert len(second.context["deliveries"]) == 2 and second.context["older"] == ""
    shown = {d.pk for page in (first, second) for d in page.context["deliveries"]}
    assert shown == set(Delivery.objects.values_list("pk", flat=True))
    for odd in ("x", "-1", "9" * 30, "٣"):
        assert by_lead.get(f"{here}?before={odd}").status_code == 200


def test_why_it_was_switched_off_is_said(by_lead, endpoint, receiver, lead):
    send_test(endpoint=endpoint, by=lead)
    receiver.answers(410)
    deliver_due()
    html = by_lead.get(f"/portal/connections/{endpoint.pk}/").content.decode()
    assert "We have stopped sending" in html and "410" in html
    assert "Switched off" in by_lead.get("/portal/connections/").content.decode()


def test_tokens_of_ones_own_council(by_lead, lead, newcastle, gateshead):
    token, _ = issue_token(name="Newcastle's", scopes=["enquiries:write"], days=30, authority=newcastle)
    the_hubs, _ = issue_token(name="The hub's own", scopes=["enquiries:write"], days=30)
    page = by_lead.get("/portal/connections/tokens/issue/")
    typed = {
        "name": "Case system", "scopes": ["enquiries:write"], "days": "90",
        "form_key": page.context["form"]["form_key"].value(),
    }  # fmt: skip
    answer = by_lead.post("/portal/connections/tokens/issue/", typed | {"whose": newcastle.gss_code})
    made = ApiToken.objects.get(name="Case system")
    assert "fhub_" in answer.content.decode() and made.authority == gateshead and made.made_by == lead
    assert made.acts_as.authority == gateshead and made.acts_as.is_system
    html = by_lead.get("/portal/connections/").content.decode()
    assert "Case system" in html and "Newcastle" not in html and "The hub" not in html.split("Tokens of")[1]
    for other in (token, the_hubs):
        for method in (by_lead.get, by_lead.post):
            assert method(f"/portal/connections/tokens/{other.pk}/revoke/").status_code == 404
    assert by_lead.get(f"/portal/connections/tokens/{made.pk}/revoke/").status_code == 200
    by_lead.post(f"/portal/connections/tokens/{made.pk}/revoke/")
    made.refresh_from_db()
    assert made.revoked_at and made.revoked_by == lead
    assert not ApiToken.objects.filter(revoked_at__isnull=False).exclude(pk=made.pk).exists()
    assert "Revoked" in by_lead.get("/portal/connections/").content.decode()


def test_a_token_form_with_faults_is_shown_again(by_lead):
    html = by_lead.post("/portal/connections/tokens/issue/", {"name": "Case system"}).content.decode()
    assert "Select what it is for" in html and "Case system" in html and not ApiToken.objects.exists()


ADDRESSES = ("", "test/", "secret/", "pause/", "resume/", "remove/")


def test_another_councils_lead_finds_nothing(endpoint, lead, newcastle_lead, sign_in):
    made = send_test(endpoint=endpoint, by=lead)
    client = sign_in(newcastle_lead)
    before = list(Endpoint.objects.values()), list(Delivery.objects.values())
    paths = [f"/portal/connections/{endpoint.pk}/{end}" for end in ADDRESSES]
    paths += [f"/portal/connections/deliveries/{made.pk}/{end}" for end in ("", "again/")]
    for path in paths:
        assert {client.get(path).status_code, client.post(path).status_code} <= {404, 405}, path
    assert "127.0.0.1" not in client.get("/portal/connections/").content.decode()
    assert before == (list(Endpoint.objects.values()), list(Delivery.objects.values()))


def test_the_wrong_role_and_the_wrong_method(endpoint, gateshead_worker, worker, sign_in, lead):
    made = send_test(endpoint=endpoint, by=lead)
    paths = ["/portal/connections/", "/portal/connections/add/", "/portal/connections/tokens/issue/"]
    paths += [f"/portal/connections/{endpoint.pk}/{end}" for end in ADDRESSES]
    paths += [f"/portal/connections/deliveries/{made.pk}/"]
    for person in (gateshead_worker, worker):
        client = sign_in(person)
        assert {client.get(path).status_code for path in paths} == {403}
    client = sign_in(lead)
    for end in ("test/", "pause/", "resume/"):
        assert client.get(f"/portal/connections/{endpoint.pk}/{end}").status_code == 405
    assert client.post("/portal/connections/").status_code == 405
    assert "Connections" in client.get("/portal/").content.decode()
    assert "Connections" not in sign_in(gateshead_worker).get("/portal/").content.decode()


def test_the_database_shows_a_council_its_own_alone(endpoint, lead, newcastle_lead):
    from hub.isolation import bound_to

    send_test(endpoint=endpoint, by=lead)
    deliver_due()
    issue_token(name="Case system", scopes=["enquiries:write"], days=30, authority=lead.authority)
    from handover.models import Attempt

    for person, seen in ((lead, 1), (newcastle_lead, 0)):
        with bound_to(person.authority_id):
            assert [m.objects.count() for m in (Endpoint, Delivery, Attempt, ApiToken)] == [seen] * 4


def test_a_service_works_for_somebody_who_is_bound(endpoint, lead):
    from hub.isolation import bound_to

    with bound_to(lead.authority_id):
        changed, _ = rotate_secret(endpoint=endpoint, by=lead)
    assert changed.before_until > timezone.now()
