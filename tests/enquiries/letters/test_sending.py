"""Writing to a household from a template: one function, one message, and everything that stops it."""

import threading

import pytest
from django.db import connection, transaction

from enquiries.letters.outbox import write_to_household
from enquiries.letters.services import all_templates, draft_of, publish_template, send_template, template_of
from enquiries.models import Applicant, Enquiry, MessageTemplate, PostalAddress, SafeContact, Task
from hub.errors import Refused
from hub.messages.services import send_due_messages
from hub.models import Message


@pytest.fixture
def enquiry(make_enquiry):
    enquiry = make_enquiry("in_touch")
    Message.objects.all().delete()
    return enquiry


def texted(enquiry):
    SafeContact.objects.update_or_create(enquiry=enquiry, defaults={"by_text": True})
    return enquiry


def test_staff_write_and_the_timeline_says_so(enquiry, worker):
    message = send_template(enquiry=enquiry, template="information_pack", by=worker)
    assert (message.channel, message.template, message.template_version) == ("email", "information_pack", 1)
    assert message.to == enquiry.applicants.first().email and message.body.startswith("Hello Amina and Tom,")
    assert message.created_by == worker and message.to_household
    fact = enquiry.facts.get(kind="written")
    assert (fact.recorded_by, fact.channel) == (worker, "email") and "Information pack" in fact.note
    assert MessageTemplate.objects.get().code == "information_pack"  # kept, so that it stays what it was


def test_the_product_writes_and_that_is_an_automatic_message(enquiry):
    send_template(enquiry=enquiry, template="gentle_reminder", by=None)
    assert enquiry.facts.filter(
        kind="message_sent", channel="email", recorded_by=None, note__contains="A gentle"
    ).exists()
    assert not enquiry.facts.filter(kind="written").exists()


def test_the_words_that_staff_changed_go(enquiry, worker):
    message = send_template(enquiry=enquiry, template="information_pack", by=worker, body="Dear {{first_name}}, hello!")
    assert message.body == "Dear Amina, hello!"


def test_the_same_key_is_one_message_and_one_fact(enquiry, worker):
    one, other = (send_template(enquiry=enquiry, template="closing", by=worker, key="k") for _ in range(2))
    assert one == other and Message.objects.count() == 1
    assert enquiry.facts.filter(kind="written").count() == 1


def test_by_itself_the_product_writes_the_same_once(enquiry):
    for _ in range(2):
        send_template(enquiry=enquiry, template="information_pack", by=None)
    assert Message.objects.count() == 1


def test_whom_we_must_not_reach_so_is_refused_with_the_reason(enquiry, worker):
    SafeContact.objects.update_or_create(enquiry=enquiry, defaults={"by_email": False})
    with pytest.raises(Refused, match=r"“Information pack” was not sent\. They asked us not to email them"):
        send_template(enquiry=enquiry, template="information_pack", by=worker)
    assert not Message.objects.exists() and not enquiry.facts.filter(kind="written").exists()


def test_a_missing_value_is_refused_by_name(enquiry, worker):
    with pytest.raises(Refused, match=r"\{\{visit\}\} \(when we visit them, as booked\)"):
        send_template(enquiry=enquiry, template="visit_confirmed", by=worker)
    draft = draft_of(enquiry=enquiry, template=template_of("visit_confirmed"))
    assert "{{visit}}" in draft.missing and "{{visit}}" in draft.body and "Hello Amina" in draft.body
    assert not Message.objects.exists() and not MessageTemplate.objects.exists()


@pytest.mark.parametrize("body", ["x" * 10_000, "   "])
def test_too_long_or_empty_is_refused(enquiry, worker, body):
    with pytest.raises(Refused, match=r"5,000 characters at most; this has 10,000|message is empty"):
        send_template(enquiry=enquiry, template="information_pack", by=worker, body=body)


def test_a_text_goes_to_a_mobile_by_the_way_that_there_is(enquiry, worker, settings):
    settings.HUB_DEMO = True
    message = send_template(enquiry=texted(enquiry), template="tried_to_ring_text", by=worker)
    assert (message.channel, message.to, message.subject) == ("text", "+447700900123", "")
    send_due_messages()
    message.refresh_from_db()
    assert message.state == "sent"


def test_without_a_way_a_text_is_refused(enquiry, worker):
    with pytest.raises(Refused, match="Text messages are not set up here"):
        send_template(enquiry=texted(enquiry), template="tried_to_ring_text", by=worker)


def test_an_emoji_makes_a_text_longer_and_too_many_are_refused(enquiry, worker, settings):
    settings.HUB_DEMO = True
    assert send_template(enquiry=texted(enquiry), template="tried_to_ring_text", by=worker, body="See you 🙂")
    with pytest.raises(Refused, match="918 characters at most"):
        send_template(enquiry=enquiry, template="tried_to_ring_text", by=worker, body="🙂" * 210)


def test_a_letter_bears_names_and_address_and_waits_to_be_posted(enquiry, worker):
    PostalAddress.objects.create(enquiry=enquiry, lines="1 Amber Street\nGateshead\nNE8 1AA")
    message = send_template(enquiry=enquiry, template="tried_to_ring_letter", by=worker)
    assert message.to.splitlines() == [enquiry.names, "1 Amber Street", "Gateshead", "NE8 1AA"]
    assert send_due_messages() == 0
    message.refresh_from_db()
    assert message.state == "waiting"


def test_a_merged_household_is_written_to_where_it_goes_on(make_enquiry, worker):
    from enquiries.duplicates.merging import merge_enquiries

    kept, absorbed = make_enquiry("in_touch"), make_enquiry("in_touch")
    merge_enquiries(survivor=kept, absorbed=absorbed, by=worker)
    absorbed = Enquiry.objects.get(pk=absorbed.pk)
    message = send_template(enquiry=absorbed, template="information_pack", by=worker)
    assert (message.reference, message.to) == (kept.reference, kept.applicants.first().email)
    assert kept.facts.filter(kind="written").count() == 1


def test_somebody_changed_the_enquiry_meanwhile(enquiry, worker):
    with pytest.raises(Refused, match="has changed since you opened it"):
        send_template(enquiry=enquiry, template="information_pack", by=worker, version=enquiry.version - 1)
    assert not Message.objects.exists()


def test_a_council_may_not_write_in_our_name(enquiry, gateshead_worker):
    with pytest.raises(Refused, match="not with your council"):
        send_template(enquiry=enquiry, template="information_pack", by=gateshead_worker)
    assert not Message.objects.exists()


def test_a_message_names_the_version_that_it_was_made_of(enquiry, manager):
    words = {
        "channel": "email",
        "purpose": "service",
        "name": "Pack",
        "subject": "New",
        "body": "New words",
        "why": "x",
    }
    publish_template(by=manager, code="information_pack", after=1, **words)
    message = send_template(enquiry=enquiry, template="information_pack", by=manager)
    assert (message.template_version, message.subject, message.body) == (2, "New", "New words")
    assert [one.version for one in MessageTemplate.objects.filter(code="information_pack")] == [2, 1]
    assert next(one for one in all_templates() if one.code == "information_pack").version == 2


def test_versions_are_never_changed(enquiry, manager):
    from django.db import DatabaseError

    send_template(enquiry=enquiry, template="information_pack", by=manager)
    for write in (lambda: MessageTemplate.objects.update(body="x"), lambda: MessageTemplate.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
            write()


def test_two_who_edit_at_once(enquiry, manager):
    words = {"channel": "email", "name": "Pack", "subject": "New", "body": "New words", "why": "x"}
    publish_template(by=manager, code="information_pack", after=1, **words)
    with pytest.raises(Refused, match="Somebody has published another version meanwhile"):
        publish_template(by=manager, code="information_pack", after=1, **words)


@pytest.mark.parametrize(
    ("words", "said"),
    [({"body": "{{frist_name}}", "subject": "S"}, "first_name"), ({"body": "b", "subject": "{{names}}"}, "subject")],
)
def test_a_version_with_a_faulty_placeholder_is_refused(hub, manager, words, said):
    with pytest.raises(Refused, match=said):
        publish_template(by=manager, code="information_pack", after=1, channel="email", name="n", why="w", **words)
    assert not MessageTemplate.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_is_one_message(make_enquiry, worker, monkeypatch):
    """The first is held between looking whether the message is there and making it; the second waits for it."""
    from enquiries.letters import services

    enquiry = make_enquiry("in_touch")
    looked, go_on, made = threading.Event(), threading.Event(), []
    really = services.may_write

    def hold(*args):
        looked.set()
        assert go_on.wait(10)
        return really(*args)

    def press():
        try:
            made.append(send_template(enquiry=enquiry, template="information_pack", by=worker, key="once"))
        finally:
            connection.close()

    monkeypatch.setattr(services, "may_write", hold)
    first = threading.Thread(target=press)
    first.start()
    assert looked.wait(10)
    monkeypatch.setattr(services, "may_write", really)
    second = threading.Thread(target=press)
    second.start()
    go_on.set()
    first.join(10)
    second.join(10)
    assert len(made) == 2 and made[0] == made[1]
    assert enquiry.facts.filter(kind="written").count() == 1


def test_the_name_of_the_first_may_be_missing(enquiry, worker):
    Applicant.objects.filter(enquiry=enquiry).update(first_name="", last_name="")
    message = send_template(enquiry=Enquiry.objects.get(pk=enquiry.pk), template="information_pack", by=worker)
    assert message.body.startswith("Hello,\n")


def test_a_way_that_is_no_longer_safe_calls_back_what_waits_for_it_and_nothing_else(enquiry, worker, settings):
    from enquiries.casework.services import change_safe_contact

    settings.HUB_DEMO = True
    PostalAddress.objects.create(enquiry=enquiry, lines="1 Amber Street\nGateshead\nNE8 1AA")
    for template in ("information_pack", "tried_to_ring_text", "tried_to_ring_letter"):
        send_template(enquiry=texted(enquiry), template=template, by=worker)
    change_safe_contact(enquiry=enquiry, by=worker, by_text=False, say_who=False)
    states = dict(Message.objects.values_list("channel", "state"))
    assert states == {"email": "waiting", "text": "cancelled", "letter": "cancelled"}
    # Nobody goes on being asked to print and post what others at home may see.
    task = Task.objects.get(kind="letter")
    assert not task.is_open and task.done_note == "Called back: do not post this letter."


def test_what_the_product_writes_with_one_key_is_one_fact_too(enquiry):
    for _ in range(2):
        assert write_to_household(enquiry=enquiry, template="after_call", context={}, about="What comes", key="once")
    assert enquiry.facts.filter(kind="message_sent", note__startswith="What comes").count() == 1
    assert Message.objects.filter(template="after_call").count() == 1
