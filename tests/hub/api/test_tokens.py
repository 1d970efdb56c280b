"""Letting other systems in: by page and by command, and shutting them out."""

import datetime
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from hub.api.services import LONGEST_DAYS, issue_token, revoke_token
from hub.errors import Refused
from hub.models import ApiToken
from tests.factories import someone

GOOD = {"name": "Gateshead: website", "whose": "E08000037", "scopes": ["enquiries:write"], "days": "365",
        "form_key": "0f8fad5b-d9cb-469f-a165-70867728950e"}  # fmt: skip


def issue(**changes) -> tuple[ApiToken, str]:
    return issue_token(**{"name": "CRM", "scopes": ["enquiries:write"], "days": 30, **changes})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "which system"),
        ({"scopes": []}, "at least one"),
        ({"scopes": ["enquiries:write", "people:read"]}, "at least one"),
        ({"days": 0}, "from 1 to"),
        ({"days": LONGEST_DAYS + 1}, "from 1 to"),
    ],
)
def test_what_no_token_is_made_of(db, changes, words):
    with pytest.raises(Refused, match=words):
        issue(**changes)
    assert not ApiToken.objects.exists()


def test_none_for_a_council_that_is_no_member(authorities):
    with pytest.raises(Refused, match="Leeds is not a member"):
        issue(authority=authorities["Leeds"])


def test_revoked_once(db, manager):
    token, _ = issue()
    revoke_token(token=token, by=manager)
    assert token.revoked_by == manager
    with pytest.raises(Refused, match="already"):
        revoke_token(token=token)


@pytest.mark.parametrize("role", ["hub_manager", "administrator"])
class TestPages:
    def test_issued_and_shown_once(self, role, sign_in, gateshead):
        client = sign_in(someone(role))
        assert client.get(reverse("api_token_issue")).status_code == 200
        page = client.post(reverse("api_token_issue"), GOOD)
        token = ApiToken.objects.get()
        secret = next(
            word for word in page.content.decode().replace("<", " ").replace(">", " ").split() if "fhub_" in word
        )
        assert token.ends_with == secret[-4:] and token.authority == gateshead and token.made_by.role == role
        assert page["Cache-Control"].find("no-store") >= 0
        later = client.get(reverse("api_tokens")).content.decode()
        assert secret not in later and token.name in later and "Never" in later
        assert secret not in str(dict(client.session))

    def test_one_form_gives_one_token(self, role, sign_in, gateshead):
        client = sign_in(someone(role))
        keys = [
            re.search(r'name="form_key" value="([^"]+)"', client.get(reverse("api_token_issue")).content.decode())[1]
            for _ in range(2)
        ]
        assert (
            "Copy the token" in client.post(reverse("api_token_issue"), {**GOOD, "form_key": keys[0]}).content.decode()
        )
        again = client.post(reverse("api_token_issue"), {**GOOD, "form_key": keys[0]})
        said = again.content.decode()
        assert again.status_code == 409 and "was issued and shown already" in said and "fhub_" not in said
        assert ApiToken.objects.count() == 1
        client.post(reverse("api_token_issue"), {**GOOD, "form_key": keys[1]})
        assert ApiToken.objects.count() == 2

    def test_the_hubs_own(self, role, sign_in, gateshead):
        sign_in(someone(role)).post(reverse("api_token_issue"), {**GOOD, "whose": "hub"})
        assert ApiToken.objects.get().authority is None

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"name": ""}, "Enter which system will use it"),
            ({"whose": ""}, "Select whose it is"),
            ({"whose": "E08000035"}, "Select one of the choices offered"),
            ({"scopes": []}, "Select what it is for"),
            ({"days": ""}, "Enter how many days"),
            ({"days": "1000"}, "must be 400 or less"),
            ({"days": "soon"}, "whole number"),
            ({"name": "a\x00b"}, "unseen characters"),
            ({"name": "x" * 300}, "100 characters"),
            ({"form_key": ""}, "Something of this page was lost"),
            ({"form_key": "1' or\x00"}, "Something of this page was lost"),
        ],
    )
    def test_bad_input_is_shown_again(self, role, changes, words, sign_in, gateshead):
        page = sign_in(someone(role)).post(reverse("api_token_issue"), {**GOOD, **changes})
        assert page.status_code == 200 and words in page.content.decode()
        assert not ApiToken.objects.exists()

    def test_revoked(self, role, sign_in, gateshead):
        client, (token, _) = sign_in(someone(role)), issue()
        page = client.post(reverse("api_token_revoke", args=[token.pk]), follow=True).content.decode()
        assert "is revoked" in page and "No other system has access" in page and "No longer in use" in page
        again = client.post(reverse("api_token_revoke", args=[token.pk]))
        assert again.status_code == 409 and "already" in again.content.decode()

    def test_revoking_is_asked_once_more_and_of_something(self, role, sign_in, gateshead):
        client, (token, _) = sign_in(someone(role)), issue()
        page = client.get(reverse("api_token_revoke", args=[token.pk]))
        assert page.status_code == 200 and "Revoke this token" in page.content.decode()
        assert ApiToken.objects.get().revoked_at is None
        assert client.put(reverse("api_token_revoke", args=[token.pk])).status_code == 405
        assert client.post(reverse("api_token_revoke", args=[token.pk + 1])).status_code == 404

    def test_what_runs_out_soon_says_so(self, role, sign_in, gateshead):
        issue(days=29), issue(days=31)
        page = sign_in(someone(role)).get(reverse("api_tokens")).content.decode()
        assert page.count("Soon:") == 1


@pytest.mark.parametrize("role", ["hub_worker", "data_officer", "authority_worker", "authority_lead", "cluster_lead"])
def test_nobody_else_lets_systems_in(role, sign_in, gateshead):
    client, (token, _) = sign_in(someone(role, gateshead)), issue()
    for address in (reverse("api_tokens"), reverse("api_token_issue"), reverse("api_token_revoke", args=[token.pk])):
        assert client.get(address).status_code == client.post(address, GOOD).status_code == 403
    assert ApiToken.objects.get().revoked_at is None


def test_the_list_takes_a_constant_number_of_queries(sign_in, manager, gateshead, django_assert_num_queries):
    client = sign_in(manager)
    issue(by=manager, authority=gateshead)
    client.get(reverse("api_tokens"))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(reverse("api_tokens"))
    for _ in range(5):
        issue(by=manager, authority=gateshead), revoke_token(token=issue()[0], by=manager)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("api_tokens"))
    assert len(many) <= len(few) + 1  # the list of the past appears


def test_in_use_and_not(db):
    now = timezone.now()
    kept, revoked, past = issue()[0], issue()[0], issue()[0]
    revoke_token(token=revoked)
    ApiToken.objects.filter(pk=past.pk).update(made_at=now - datetime.timedelta(9), expires_at=now)
    assert list(ApiToken.objects.in_use(now)) == [kept]
    assert set(ApiToken.objects.out_of_use(now)) == {revoked, past}


class TestCommand:
    def test_prints_the_token_alone_where_it_can_be_piped(self, gateshead):
        out, err = StringIO(), StringIO()
        arguments = {"authority": "e08000037", "scopes": ["enquiries:write"], "days": 7, "stdout": out, "stderr": err}
        call_command("issue_api_token", "CRM", **arguments)
        token = ApiToken.objects.get()
        assert out.getvalue().strip().startswith("fhub_") and len(out.getvalue().split()) == 1
        assert token.authority == gateshead and "not shown again" in err.getvalue()

    @pytest.mark.parametrize("wrong", [{"authority": "E99"}, {"scopes": ["everything"]}, {"days": 0}])
    def test_fails_in_one_line(self, wrong, gateshead):
        with pytest.raises(CommandError):
            call_command("issue_api_token", "CRM", **{"scopes": ["enquiries:write"], **wrong})
        assert not ApiToken.objects.exists()
