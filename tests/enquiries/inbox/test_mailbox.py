"""Reading the mailbox over the wire: item by item, from where it was, and each once."""

import imaplib

import pytest
from django.core.management import CommandError, call_command

from enquiries.inbox import reading
from enquiries.inbox.reading import TRIES, read_mailbox
from enquiries.models import Enquiry, InboundMessage, MailboxCursor
from hub.models import Heartbeat
from hub.sweep import alone

from .conftest import PASSWORD, a_letter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _hub(directory):
    """Everything happens at a hub."""


def states():
    return list(InboundMessage.objects.order_by("pk").values_list("state", flat=True))


def test_what_is_new_is_taken_once_and_left_unread(mailbox):
    mailbox.put(a_letter("One"), a_letter("Two", From="Bea <bea@example.org>"))
    assert read_mailbox() == reading.Reading(taken=2)
    assert states() == ["enquiry", "enquiry"]
    assert read_mailbox() == reading.Reading(taken=0)
    mailbox.put(a_letter("Three", From="Cem <cem@example.org>"))
    assert read_mailbox().taken == 1
    assert Enquiry.objects.count() == 3
    assert not any(b"Seen" in flags for flags in mailbox.flags())
    cursor = MailboxCursor.objects.get()
    assert cursor.last_uid and cursor.read_at and PASSWORD not in cursor.mailbox
    assert Heartbeat.objects.filter(job="read_mailbox").exists()


def test_an_empty_mailbox_is_nothing_new(mailbox):
    assert read_mailbox() == reading.Reading()


FROM_A = b"From: a@example.org\r\n"
BAD = {
    "a character set that nobody knows": FROM_A + b"Content-Type: text/plain; charset=x-klingon\r\n\r\n\xff\xfe",
    "bytes that no email may hold": FROM_A + b"Subject: x\r\n\r\nHal\x00lo",
    "does not say who sent it": b"Subject: Hello\r\n\r\nWho am I?",
    "parts do not hold together": FROM_A + b"Content-Type: multipart/mixed; boundary=x\r\n\r\nno such boundary",
    "does not say who sent it ": b"\xff\xfe\xfd" * 50,
}


@pytest.mark.parametrize("why", BAD)
def test_a_bad_one_is_quarantined_with_the_reason_and_its_bytes_and_the_others_go_on(mailbox, why):
    mailbox.put(a_letter("One"), BAD[why], a_letter("Two", From="Bea <bea@example.org>"))
    assert read_mailbox() == reading.Reading(taken=3, quarantined=1)
    assert states() == ["enquiry", "quarantined", "enquiry"]
    bad = InboundMessage.objects.get(state="quarantined")
    assert why.strip() in bad.why
    assert bytes(bad.raw) == BAD[why]
    assert read_mailbox().taken == 0


def test_a_fault_of_ours_with_one_message_is_a_quarantine_too(mailbox, monkeypatch):
    """Whatever is planted in the filing of the second, the first and the third are there and nothing of it is."""
    file_letter = reading.file_letter

    def faulty(letter, **kwargs):
        message = file_letter(letter, **kwargs)
        if "Two" in letter.text:
            raise RuntimeError("planted: bea@example.org")
        return message

    monkeypatch.setattr(reading, "file_letter", faulty)
    mailbox.put(a_letter("One"), a_letter("Two", From="Bea <bea@example.org>"), a_letter("Three", From="c@example.org"))
    assert read_mailbox() == reading.Reading(taken=3, quarantined=1)
    assert states() == ["enquiry", "quarantined", "enquiry"]
    bad = InboundMessage.objects.get(state="quarantined")
    assert bad.why == "We could not read it (RuntimeError)." and bad.sender == "bea@example.org"
    assert Enquiry.objects.count() == 2


def test_one_that_is_too_large_is_not_fetched_whole(mailbox, monkeypatch):
    monkeypatch.setattr("enquiries.inbox.mailbox.LARGEST", 20_000)
    monkeypatch.setattr(reading, "LARGEST", 20_000)
    monkeypatch.setattr(reading, "KEPT", 5_000)
    large = a_letter("Our photographs")
    large.add_attachment(b"x" * 40_000, maintype="image", subtype="jpeg", filename="us.jpg")
    mailbox.put(large, a_letter("Two", From="Bea <bea@example.org>"))
    assert read_mailbox() == reading.Reading(taken=2, quarantined=1)
    kept = InboundMessage.objects.get(state="quarantined")
    assert "too large" in kept.why and kept.sender == "amina.new@example.org" and len(kept.raw) == 5_000
    assert "Our photographs" in kept.body


def test_the_same_message_id_is_the_same_message_and_another_text_is_another(mailbox):
    letter = a_letter("One", Message_ID="<same@mail.example.org>")
    other = a_letter("Something else", Message_ID="<same@mail.example.org>", From="Bea <bea@example.org>")
    mailbox.put(letter, letter, other, other)
    assert read_mailbox().taken == 4
    assert InboundMessage.objects.count() == Enquiry.objects.count() == 2


def test_without_a_message_id_it_is_known_by_its_bytes(mailbox):
    letter = a_letter("One", Message_ID=None)
    mailbox.put(letter, letter)
    read_mailbox()
    assert InboundMessage.objects.get().message_id.startswith("sha256:")


def test_a_mailbox_made_anew_is_read_from_its_beginning_and_what_is_known_not_taken_again(mailbox):
    old = a_letter("One")
    mailbox.put(old, a_letter("Two", From="Bea <bea@example.org>"))
    read_mailbox()
    before = MailboxCursor.objects.get().uid_validity
    mailbox.make_anew()
    mailbox.put(a_letter("Three", From="Cem <cem@example.org>"), old)
    assert read_mailbox().taken == 2
    assert MailboxCursor.objects.get().uid_validity != before
    assert Enquiry.objects.count() == InboundMessage.objects.count() == 3


def test_one_deleted_meanwhile_is_passed_by(mailbox, monkeypatch):
    mailbox.put(a_letter("One"), a_letter("Two", From="Bea <bea@example.org>"))
    with reading.opened(reading.Address.of(mailbox.url())) as folder:
        uids = folder.uids_after(0)
    mailbox.remove(1)
    monkeypatch.setattr(reading.Folder, "uids_after", lambda folder, uid: uids)
    assert read_mailbox() == reading.Reading(taken=2)
    assert InboundMessage.objects.count() == 1


def test_a_connection_lost_on_the_way_goes_on_where_it_was(mailbox, wire, settings):
    settings.INBOUND_IMAP_URL = mailbox.url(wire.own_port)
    mailbox.put(*(a_letter(f"{n} " + "x" * 3000, From=f"n{n}@example.org") for n in range(4)))
    wire.cut_after = 9_000
    lost = read_mailbox()
    assert 0 < lost.taken < 4 and "lost on the way" in lost.stopped
    assert not Heartbeat.objects.filter(job="read_mailbox").exists()
    wire.cut_after = None
    assert read_mailbox() == reading.Reading(taken=4 - lost.taken)
    assert Enquiry.objects.count() == InboundMessage.objects.count() == 4


def test_one_at_which_the_connection_breaks_every_time_does_not_stop_the_others(mailbox, monkeypatch):
    """Planted: a server that dies of its first message."""
    mailbox.put(a_letter("One"), a_letter("Two", From="Bea <bea@example.org>"))
    item = reading.Folder.item

    def dies_of_the_first(folder, uid):
        if uid == first:
            raise reading.MailboxAway("abort")
        return item(folder, uid)

    with reading.opened(reading.Address.of(mailbox.url())) as folder:
        first = folder.uids_after(0)[0]
    monkeypatch.setattr(reading.Folder, "item", dies_of_the_first)
    for _ in range(TRIES):
        assert read_mailbox().taken == 0
    assert read_mailbox() == reading.Reading(taken=2, quarantined=1)
    assert "does not give it to us" in InboundMessage.objects.get(state="quarantined").why


def test_one_that_the_server_refuses_does_not_stop_the_others(mailbox, monkeypatch):
    mailbox.put(a_letter("One"), a_letter("Two", From="Bea <bea@example.org>"))
    ask = reading.Folder._ask
    refused = []

    def refuses_once(folder, command, *arguments):
        if command == "FETCH" and not refused:
            refused.append(True)
            return ask(folder, command, arguments[0], "(NONSENSE)")  # which the real server answers with BAD
        return ask(folder, command, *arguments)

    monkeypatch.setattr(reading.Folder, "_ask", refuses_once)
    assert read_mailbox() == reading.Reading(taken=2, quarantined=1)


class Killed(BaseException):
    """What a process that is killed does not get to."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", ["file_letter", "take_item"])
def test_killed_between_the_message_and_the_cursor_it_is_taken_once(mailbox, monkeypatch, after):
    mailbox.put(a_letter("One"), a_letter("Two", From="Bea <bea@example.org>"))
    act = getattr(reading, after)

    def killed(*args, **kwargs):
        act(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(reading, after, killed)
    with pytest.raises(Killed):
        read_mailbox()
    assert not InboundMessage.objects.exists() and not Enquiry.objects.exists()
    monkeypatch.setattr(reading, after, act)
    assert read_mailbox().taken == 2
    assert Enquiry.objects.count() == 2


@pytest.mark.parametrize("wrong", ["password", "folder", "port", "encryption"])
def test_a_mailbox_that_cannot_be_reached_is_told_and_tells_no_password(mailbox, settings, wrong):
    url = mailbox.url()
    settings.INBOUND_IMAP_URL = {
        "password": url.replace("not%20a%20secret", "wrong"),
        "folder": url + "NoSuch",
        "port": mailbox.url(1),
        "encryption": url.replace("imap:", "imaps:"),
    }[wrong]
    told = read_mailbox()
    assert told.taken == 0 and told.stopped.startswith("The mailbox could not be reached")
    assert "wrong" not in told.stopped and "secret" not in told.stopped
    assert not Heartbeat.objects.filter(job="read_mailbox").exists()


def test_no_password_goes_over_the_wire_in_the_clear(mailbox, monkeypatch):
    """Planted: a server elsewhere that offers no encryption."""
    said = []
    monkeypatch.setattr(imaplib.IMAP4, "login", lambda *given: said.append(given))
    monkeypatch.setattr(reading.Address, "is_here", False)
    assert read_mailbox().stopped.startswith("The mailbox could not be reached")
    assert said == []


def test_the_parts_of_an_address():
    address = reading.Address.of("imaps://hello%40example.org:p%2Fw%3A@mail.example.org/In%20here")
    assert (address.user, address.password) == ("hello@example.org", "p/w:")
    assert (address.host, address.port, address.folder) == ("mail.example.org", 993, "In here")
    assert address.encrypted and not address.is_here and "p/w" not in address.name
    assert reading.Address.of("imap://u:p@127.0.0.1").is_here and reading.Address.of("imap://u:p@localhost:1").is_here


def test_one_process_at_a_time(mailbox):
    mailbox.put(a_letter("One"))
    with alone("read_mailbox") as ours:
        assert ours
        assert read_mailbox() == reading.Reading(stopped="Another process is reading it at this moment.")
    assert read_mailbox().taken == 1


def test_by_hand(mailbox, settings, capsys):
    mailbox.put(a_letter("One"))
    call_command("read_mailbox")
    assert capsys.readouterr().out == "Taken: 1. Of these in quarantine: 0.\n"
    settings.INBOUND_IMAP_URL = ""
    with pytest.raises(CommandError, match="INBOUND_IMAP_URL is not set"):
        call_command("read_mailbox")


def test_beat_reads_it(mailbox, settings):
    from hub.celery import app

    mailbox.put(a_letter("One"))
    task = settings.CELERY_BEAT_SCHEDULE["read-mailbox"]["task"]
    app.loader.import_default_modules()
    app.tasks[task]()
    assert InboundMessage.objects.count() == 1
