import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from hub.models import User


def test_somebody_added_sets_a_password_by_email_and_signs_in(client, hub, settings):
    settings.HUB_DEMO = True
    call_command("add_person", "Ruth@Example.org", "--name", "Ruth Adeyemi", "--role", "hub_worker")
    client.post("/accounts/password/reset/", {"email": "ruth@example.org"})
    link = re.search(r"http://testserver(/\S+)", mail.outbox[-1].body).group(1)
    form = client.get(link, follow=True)
    password = "a long enough password"
    client.post(form.redirect_chain[-1][0], {"password1": password, "password2": password})
    answer = client.post("/accounts/login/", {"login": "ruth@example.org", "password": password})
    assert answer.status_code == 302
    assert answer.url == "/accounts/home/"


def test_an_authoritys_worker_needs_the_authority(gateshead):
    call_command("add_person", "a@example.org", "--name", "A", "--role", "authority_worker", "--authority", "E08000037")
    assert User.objects.get(email="a@example.org").authority == gateshead


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nobody", "--name", "A", "--role", "hub_worker"], "not an email address"),
        (["a@example.org", "--name", "A", "--role", "boss"], "no role boss"),
        (["a@example.org", "--name", "A", "--role", "authority_lead"], "needs the authority's GSS code"),
        (["a@example.org", "--name", "A", "--role", "hub_worker", "--authority", "E08000037"], "nobody else has one"),
        (["a@example.org", "--name", "A", "--role", "authority_lead", "--authority", "X"], "no authority with"),
        (["ruth.worker@example.org", "--name", "A", "--role", "hub_worker"], "already known"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(gateshead, worker, arguments, sentence):
    before = User.objects.count()
    with pytest.raises(CommandError, match=sentence):
        call_command("add_person", *arguments)
    assert User.objects.count() == before
