"""A signed return goes out as a link that ends, can be withdrawn, and notes who opened it."""

import datetime
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.errors import Refused
from hub.messages.sealed import unsealed
from hub.models import AccessLog, Message
from reporting.models import Recipient, ReturnLink
from reporting.returns import restating, sending, signing
from tests.reporting.returns.kit import SEPTEMBER, confirm

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana(manager):
    return sending.add_recipient(name="Dana Ministry", email="Dana@dfe.example.org ", by=manager)


@pytest.fixture
def sent(signed, dana, manager):
    sending.send_return(ret=signed, to=[dana], by=manager)
    return ReturnLink.objects.get()


def address_in(message: Message) -> str:
    return re.search(r"http://testserver(/\S+)", unsealed(message.body, message.seed)).group(1)


@pytest.fixture
def address(sent):
    return address_in(Message.objects.get(template="return_sent"))


def test_the_email_has_a_link_and_nothing_attached_and_its_token_is_kept_nowhere(sent, address, dana):
    message = Message.objects.get(template="return_sent")
    token = address.strip("/").split("/")[-1]
    assert message.to == dana.email == "dana@dfe.example.org"
    assert token not in message.body and token != sent.token_sha256 and len(token) >= 43


def test_the_link_opens_the_files_and_each_opening_is_noted(sent, address, client):
    page = client.get(address)
    assert page.status_code == 200 and page["Cache-Control"] == "no-store"
    assert sent.ret.sha256 in page.content.decode()
    file = client.get(f"{address}file.json")
    assert b'"status":"signed"' in b"".join(file) if file.streaming else file.content
    assert list(AccessLog.objects.order_by("pk").values_list("by_link", "action", "reference")) == [
        (sent.label, "return_opened", "2026-09 v1"),
        (sent.label, "return_exported", "2026-09 v1 json"),
    ]
    assert sending.sendings_of(sent.ret)[0].openings == 2


def test_it_opens_nothing_else(address, client):
    for other in (reverse("returns"), reverse("return_page", args=[SEPTEMBER]), reverse("reports_overview")):
        assert client.get(other).status_code == 302


@pytest.mark.parametrize("end", ["run out", "withdrawn", "off the list", "sent again"])
def test_a_link_that_has_ended_opens_nothing(sent, address, client, manager, dana, in_october, end):
    in_october.shift(datetime.timedelta(days=31 if end == "run out" else 1))
    if end == "withdrawn":
        sending.revoke_link(link=sent, by=manager)
    elif end == "off the list":
        sending.remove_recipient(recipient=dana, by=manager)
    elif end == "sent again":
        sending.send_return(ret=sent.ret, to=[dana], by=manager)
    assert client.get(address).status_code == 410
    assert client.get(f"{address}file.pdf").status_code == 410


def test_a_guessed_token_opens_nothing(signed, client):
    assert client.get(reverse("return_shared", args=["x" * 43])).status_code == 410


def test_whoever_has_an_account_signs_in_instead(signed, manager, data_officer, client):
    colleague = sending.add_recipient(name="Owen", email=data_officer.email, by=manager)
    sending.send_return(ret=signed, to=[colleague], by=manager)
    assert address_in(Message.objects.get(template="return_sent")) == reverse("return_page", args=[SEPTEMBER])


def test_two_presses_are_one_sending(sent, dana, manager):
    assert sending.send_return(ret=sent.ret, to=[dana], by=manager) == 0
    assert Message.objects.filter(template="return_sent").count() == 1


def test_a_draft_is_not_sent(draft, dana, manager):
    with pytest.raises(Refused, match="Only a signed return"):
        sending.send_return(ret=draft, to=[dana], by=manager)


def test_only_a_manager_sends_and_keeps_the_list(signed, dana, data_officer):
    for attempt in (
        lambda: sending.send_return(ret=signed, to=[dana], by=data_officer),
        lambda: sending.add_recipient(name="X", email="x@example.org", by=data_officer),
        lambda: sending.remove_recipient(recipient=dana, by=data_officer),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_an_address_stands_on_the_list_once_and_may_come_back(dana, manager):
    with pytest.raises(Refused, match="on the list already"):
        sending.add_recipient(name="Dana", email="dana@DFE.example.org", by=manager)
    sending.remove_recipient(recipient=dana, by=manager)
    sending.add_recipient(name="Dana", email=dana.email, by=manager)
    assert Recipient.objects.current().count() == 1


def test_an_old_link_says_that_a_later_version_is_signed(sent, address, client, manager, data_officer, in_october):
    in_october.shift(60)
    ret = confirm(restating.restate_return(period=SEPTEMBER, by=manager, reason="Late facts"), data_officer)
    assert "later version" not in client.get(address).content.decode()
    signing.sign_return(ret=ret, by=manager, reviewed=ret.fingerprint)
    assert "later version" in client.get(address).content.decode()


def test_the_pages_of_sending(signed, sign_in, manager):
    client = sign_in(manager)
    assert "Nobody is on the list yet" in client.get(reverse("return_send", args=[SEPTEMBER])).content.decode()
    client.post(reverse("return_recipients"), {"name": "Dana Ministry", "email": "dana@dfe.example.org"})
    dana = Recipient.objects.get()
    answer = client.post(reverse("return_send", args=[SEPTEMBER]), {"recipients": [dana.pk]}, follow=True)
    shown = answer.content.decode()
    assert "1 email with a link will go out now" in shown and "Dana Ministry" in shown
    link = ReturnLink.objects.get()
    shown = client.post(reverse("return_link_withdraw", args=[SEPTEMBER, link.pk]), follow=True).content.decode()
    assert "Withdrawn" in shown
    client.post(reverse("return_recipient_remove", args=[dana.pk]))
    assert not Recipient.objects.current().exists()


def test_openings_are_those_of_this_version_and_link_alone(sent, address, client, manager, data_officer, in_october):
    client.get(address)
    in_october.shift(60)
    ret = confirm(restating.restate_return(period=SEPTEMBER, by=manager, reason="Late facts"), data_officer)
    second = signing.sign_return(ret=ret, by=manager, reviewed=ret.fingerprint)
    sending.send_return(ret=second, to=[sent.recipient], by=manager)
    client.get(address_in(Message.objects.filter(template="return_sent").order_by("-pk")[0]))
    client.get(f"{address}file.csv")
    assert [sending.sendings_of(one)[0].openings for one in (sent.ret, second)] == [2, 1]


def test_who_opened_a_return_is_found_by_the_index(sent):
    with CaptureQueriesContext(connection) as queries:
        sending.sendings_of(sent.ret)
    looks = [query["sql"] for query in queries if "hub_accesslog" in query["sql"]]
    assert len(looks) == 1 and '"reference" IN' in looks[0]
