"""An email read: who, what is new in it, and whether a person wrote it."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enquiries.inbox.letters import LONGEST, Letter, Unreadable, read_letter
from enquiries.inbox.words import plain_words, text_of_html, without_quotes

from .conftest import a_letter


def test_a_persons_letter():
    letter = read_letter(a_letter("Good morning.\n\nMay I ring?", Date="Fri, 20 Nov 2026 10:15:00 +0000").as_bytes())
    assert (letter.sender, letter.sender_name, letter.subject) == ("amina.new@example.org", "Amina Khalid", "Fostering")
    assert letter.text == "Good morning.\n\nMay I ring?"
    assert letter.sent_at == datetime.datetime(2026, 11, 20, 10, 15, tzinfo=datetime.UTC)
    assert not letter.machine


def test_html_is_read_as_a_person_reads_it():
    letter = a_letter("")
    letter.clear_content()
    letter.set_content(
        "<html><head><title>T</title><style>p{}</style></head><body><p>Hello&nbsp;there</p><ul><li>one<li>two</ul>"
        "<script>alert(1)</script><img src='https://t.example.org/x.gif'><a href='https://x.example.org'>Here</a></body>",
        subtype="html",
    )
    text = read_letter(letter.as_bytes()).text
    assert "Hello there" in text and "- one" in text and "Here" in text
    assert not any(word in text for word in ("alert", "https", "p{}", "<"))


REPLIES = {
    "gmail": "Yes please.\n\nOn Fri, 20 Nov 2026 at 10:15, Fostering hub <hub@example.org>\nwrote:\n> We ring you",
    "outlook": "Yes please.\n\nFrom: Fostering hub\nSent: 20 November 2026\nTo: Amina\nSubject: x\n\nWe ring you",
    "outlook line": "Yes please.\n\n-----Original Message-----\nFrom: hub\nWe ring you",
    "apple": "Yes please.\n\n> On 20 Nov 2026, at 10:15, Hub <hub@example.org> wrote:\n> We ring you",
    "plain": "> We ring you\n\nYes please.",
}


@pytest.mark.parametrize("program", REPLIES)
def test_of_an_answer_what_is_new(program):
    letter = read_letter(a_letter(REPLIES[program], In_Reply_To="<x@example.org>").as_bytes())
    assert letter.text == "Yes please."
    assert letter.answers == ("x@example.org",)


def test_nothing_is_cut_from_what_is_no_answer_or_would_be_left_empty():
    forwarded = "On Friday my sister wrote:\n> you should ask them"
    assert "you should ask" in read_letter(a_letter(forwarded).as_bytes()).text
    assert without_quotes("> only\n> quoted") == "> only\n> quoted"


def test_attachments_are_named_and_not_kept():
    letter = a_letter("Our forms.")
    letter.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="form\u202efdp.exe")
    read = read_letter(letter.as_bytes())
    assert read.text == "Our forms.\n\n[1 attachment, in the mailbox and not kept here: formfdp.exe]"


def test_very_long_text_is_shortened_and_says_so():
    text = read_letter(a_letter("word " * 10_000).as_bytes()).text
    assert len(text) < LONGEST + 100 and text.endswith("[Shortened. The whole is in the mailbox.]")


MACHINES = {
    "An automatic answer": {"Auto-Submitted": "auto-replied"},
    "An automatic answer ": {"Subject_": "Automatic reply: Fostering"},
    "A mailing list": {"List-Id": "<news.example.org>"},
    "Sent to many": {"Precedence": "bulk"},
    "The mail server took it for spam": {"X-Spam-Flag": "YES"},
    "The mail server took it for spam ": {"X-Spam-Status": "Yes, score=9.1"},
    "The mail server took it for spam  ": {"X-MS-Exchange-Organization-SCL": "6"},
    "A mail server’s report": {"Return-Path": "<>"},
    "A mail server’s report ": {"From_": "MAILER-DAEMON@example.org"},
    "From an address that reads no answers": {"From_": "No-Reply <no-reply@example.org>"},
}


@pytest.mark.parametrize("why", MACHINES)
def test_a_machine_is_told(why):
    headers = {name.removesuffix("_").replace("-", "_"): value for name, value in MACHINES[why].items()}
    assert read_letter(a_letter("I am away.", **headers).as_bytes()).machine == why.strip()


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "no"},
        {"Precedence": "first-class"},
        {"X_Spam_Flag": "NO"},
        {"X_Spam_Status": "No, score=1"},
        {"X_MS_Exchange_Organization_SCL": "1"},
    ],
)
def test_a_person_is_not_taken_for_a_machine(headers):
    assert not read_letter(a_letter("Hello", **headers).as_bytes()).machine


@pytest.mark.parametrize("sender", ["", "not an address", "a@b", "<>", "\r\n", "x" * 300 + "@example.org"])
def test_whom_nobody_could_answer_is_unreadable(sender):
    raw = f"From: {sender}\r\nSubject: x\r\n\r\nHello".encode()
    with pytest.raises(Unreadable, match="does not say who sent it"):
        read_letter(raw)


def test_controls_and_turned_letters_are_left_out():
    assert plain_words("a\x07b\u202ec\ud800d\r\ne") == "a bc d e"
    assert plain_words("a \t b\r\n\r\n\r\n\r\nc", lines=True) == "a b\n\nc"
    assert text_of_html("<p>a<br>b").split() == ["a", "b"]


def check(raw: bytes) -> None:
    """Read, or unreadable with a sentence: never anything else, and never what the database cannot hold."""
    try:
        letter = read_letter(raw)
    except Unreadable as unreadable:
        letter = unreadable.letter or Letter(message_id="x")
    for text in (letter.message_id, letter.sender, letter.sender_name, letter.subject):
        assert len(text) <= 254
    for text in (letter.sender, letter.sender_name, letter.subject, letter.text):
        assert "\x00" not in text
        text.encode()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_whatever_bytes(raw):
    check(raw)
