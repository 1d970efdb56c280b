"""The portal's list: what is with the authority, found, narrowed, and read page by page."""

import pytest
from django.urls import reverse

from handover import portal
from handover.looking_after import name_worker
from handover.milestones import record_milestone
from handover.models import Handover
from handover.portal import Asked, Cursor, referrals_with_us
from hub.working_time import today


@pytest.fixture
def look(sign_in, gateshead_worker):
    client = sign_in(gateshead_worker)

    def at(**asked):
        return client.get(reverse("referrals"), asked)

    return at


def with_us(answer) -> list[str]:
    return [item.handover.reference for item in answer.context["with_us"]]


def test_by_whom_they_are_looked_after_and_how_far(accepted, gateshead_worker, look):
    mine, other, applied = accepted(), accepted(), accepted()
    name_worker(handover=mine, by=gateshead_worker, to=gateshead_worker)
    record_milestone(handover=applied, by=gateshead_worker, kind="application_received", occurred_on=today())
    assert set(with_us(look())) == {mine.reference, other.reference, applied.reference}
    assert with_us(look(worker="me")) == with_us(look(worker=gateshead_worker.pk)) == [mine.reference]
    assert set(with_us(look(worker="nobody"))) == {other.reference, applied.reference}
    assert with_us(look(stage="application")) == [applied.reference]
    assert with_us(look(stage="application", worker="me")) == []
    html = look(worker="me").content.decode()
    assert "Remove this filter" in html and "Ended this month" not in html


def test_what_cannot_be_asked_shows_everybody_and_says_so(accepted, look, newcastle_worker):
    handover = accepted()
    for asked in ({"worker": newcastle_worker.pk}, {"stage": "closed"}, {"worker": "x"}):
        answer = look(**asked)
        assert with_us(answer) == [handover.reference] and "There is a problem" in answer.content.decode()


def test_by_name_however_written_and_by_reference(accepted, sent, look, worker):
    from enquiries.intake.services import Person

    zoe = accepted(applicants=[Person("Zoë", "O’Brien", "zoe@example.org", ""), Person("Kwame", "Mensah")])
    accepted()
    for typed in ("zoe", "Brien", "kwame mens", "ZOË O'Brien", zoe.reference[:-1].lower()):
        assert with_us(look(find=typed)) == [zoe.reference], typed
    for typed in ("zoe khalid", "nobody", "%", "…"):
        assert with_us(look(find=typed)) == [], typed
        assert "Nobody with you fits that" in look(find=typed).content.decode()
    waiting = sent(applicants=[Person("Zara", "Unseen", "zara@example.org", "")])
    assert with_us(look(find="Zara")) == []
    assert look(find=f" {waiting.reference.lower()} ")["Location"] == reverse("referral", args=[waiting.reference])


def test_nobody_is_found_by_another_council(accepted, sign_in, newcastle_worker):
    handover = accepted()
    client = sign_in(newcastle_worker)
    for typed in ("Amina", "Khalid", handover.reference):
        answer = client.get(reverse("referrals"), {"find": typed})
        assert answer.status_code == 200 and with_us(answer) == []


def test_pages_follow_each_other_and_leave_nobody_out(accepted, gateshead_worker, monkeypatch, look):
    monkeypatch.setattr(portal, "A_PAGE", 2)
    made = [accepted() for _ in range(5)]
    for handover in made[3:]:  # without a due time: after all others
        record_milestone(handover=handover, by=gateshead_worker, kind="application_received", occurred_on=today())
    seen, after = [], None
    while True:
        ours = Handover.objects.visible_to(gateshead_worker)
        page = referrals_with_us(ours, user=gateshead_worker, asked=Asked(), after=after)
        seen += [item.handover.pk for item in page["with_us"]]
        if page["following"] is None:
            break
        after = Cursor.read(str(page["following"]))
        assert after == page["following"]
    assert seen == [handover.pk for handover in made]
    answer = look(after=str(Cursor.read("~0")))
    assert set(with_us(answer)) == {handover.reference for handover in made[3:]}
    html = look().content.decode()
    assert "5 referrals are with you" in html and "Next page" in html


@pytest.mark.parametrize("typed", ["x", "~x", "1~", "~-1", f"{10**40}~1", "~" + "9" * 40])
def test_a_cursor_that_makes_no_sense_is_the_first_page(typed, accepted, look):
    handover = accepted()
    assert Cursor.read(typed) is None
    assert with_us(look(after=typed)) == [handover.reference]


def test_empty_lists_say_what_comes(look, agreement):
    html = look().content.decode()
    assert "No referral waits for your answer" in html and "Nobody is with you at present" in html
