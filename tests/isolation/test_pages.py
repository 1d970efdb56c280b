"""Every address as another authority, with every `visible_to` of the code taken away: the database alone must hold."""

from contextlib import nullcontext

import pytest
from django.apps import apps
from django.db import models

from hub.api.scopes import OF_THE_HUB, SCOPES
from hub.api.services import issue_token
from hub.compiled import Compiled
from tests.factories import someone
from tests.isolation.conftest import WORD, shown, whats_theirs
from tests.test_access import GUARDED, SYSTEMS, written

METHODS = ("get", "post")


def scoped() -> set[type[models.QuerySet]]:
    """Every class of rows that has a `visible_to`, found from the models and whatever they are made of."""
    sets = {type(model._default_manager.none()) for model in apps.get_models()}
    return {base for found in sets for base in found.__mro__ if "visible_to" in vars(base)}


@pytest.fixture
def unguarded(monkeypatch):
    """The code shows everybody everything."""
    assert len(scoped()) > 6
    for queryset in scoped():
        monkeypatch.setattr(queryset, "visible_to", lambda self, user: self.all())
    # What was worked out before has it in its SQL.
    monkeypatch.setattr(Compiled, "__call__", lambda self, *values: self.build(*values))


def pages(client, user, handover):
    """What each page that this person's role opens says of the record, however it is asked."""
    client.raise_request_exception = False
    for address in (address for address in GUARDED if user.can(address.view.right)):
        for method in METHODS:
            yield address, getattr(client, method)(address.for_record(handover))


@pytest.mark.parametrize("role", ["authority_worker", "authority_lead"])
def test_without_our_own_scoping_another_authority_still_reads_nothing(role, handover, newcastle, sign_in, unguarded):
    user, before, looked = someone(role, newcastle), written(), 0
    for address, answer in pages(sign_in(user), user, handover):
        said = shown(answer)
        assert [text for text in whats_theirs(handover) if text.lower() in said.lower()] == [], address.name
        assert answer.status_code < 500, address.name
        looked += 1
    assert looked > 20 and written() == before


def test_it_is_the_database_that_holds(handover, newcastle_worker, sign_in, unguarded, monkeypatch):
    """The same without the binding: the pages show it all, or the test above proves nothing."""
    monkeypatch.setattr("hub.people.access.bound_to", lambda authority_id: nullcontext())
    found = {
        a.name for a, answer in pages(sign_in(newcastle_worker), newcastle_worker, handover) if WORD in shown(answer)
    }
    # The list asks who holds them besides, for speed.
    assert found >= {"referral", "referral_json", "milestone_download"}


@pytest.mark.parametrize("scoping", ["ours", "none of ours"])
def test_a_token_of_another_authority_reads_and_changes_nothing(scoping, handover, newcastle, client, request):
    if scoping != "ours":
        request.getfixturevalue("unguarded")
    _, secret = issue_token(name="Newcastle", authority=newcastle, scopes=sorted(SCOPES.keys() - OF_THE_HUB), days=30)
    client.raise_request_exception = False
    before = written()
    for address in SYSTEMS:
        for method in ("get", "post", "put", "patch", "delete"):
            answer = getattr(client, method)(
                address.for_record(handover), {"a": 1}, content_type="application/json",
                headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": f"{address.name} {method}"},
            )  # fmt: skip
            said = shown(answer)
            assert [text for text in whats_theirs(handover) if text.lower() in said.lower()] == [], address.name
            if address.names_a_record:
                assert answer.status_code in (400, 404, 405, 415, 422), (address.name, method)
            assert answer.status_code < 500 or answer.status_code == 503, (address.name, method)
    assert written() == before
