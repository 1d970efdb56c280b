"""The same form on the people's own page."""

import pytest
from django.test import Client
from django.urls import reverse

from enquiries.eoi.sections import Expression
from enquiries.eoi.services import invite_to_eoi, return_eoi
from tests.enquiries.eoi.filled import fill_in_all, fill_in_part, typed_for
from tests.enquiries.own_page.conftest import inside, link_for  # noqa: F401

LIST, CHECK = reverse("own_page_eoi"), reverse("own_page_eoi_check")


@pytest.fixture
def invited(make_enquiry, worker):
    enquiry = make_enquiry("in_touch")
    invite_to_eoi(enquiry=enquiry, by=worker)
    return enquiry


def part(key: str) -> str:
    return reverse("own_page_eoi_part", args=[key])


def test_it_is_there_once_they_are_asked(make_enquiry, inside, worker):  # noqa: F811
    enquiry = make_enquiry("in_touch")
    client = inside(enquiry)
    assert client.get(LIST).status_code == 404 and LIST not in client.get(reverse("own_page")).content.decode()
    invite_to_eoi(enquiry=enquiry, by=worker)
    html = client.get(reverse("own_page")).content.decode()
    assert "Tell us about yourselves" in html and "You tell us about yourselves" in html
    assert "0 of 12 parts completed" in client.get(LIST).content.decode()


def test_from_the_first_part_to_sending(invited, inside):  # noqa: F811
    client = inside(invited)
    for one in Expression(invited).parts:
        answer = client.post(part(one.key), typed_for(one.key))
        assert (answer.status_code, answer.url) == (302, LIST), one.key
    [row] = {(one.held.recorder, one.held.saved_by) for one in Expression(invited).parts}
    assert row == ("enquirer", None)
    html = client.get(CHECK).content.decode()
    assert "Now send it" in html and "12 Quarry Bank" in html
    assert client.post(CHECK).url == reverse("own_page")
    invited.refresh_from_db()
    assert invited.stage == "eoi"
    # Frozen from now on, and to be read.
    assert "It has been sent already" in client.post(CHECK).content.decode()
    html = client.post(part("pets"), typed_for("pets", 1, which="A cat")).content.decode()
    assert "You have sent it to us" in html and "A cat" in html
    assert Expression(invited).part("pets").answers["which"] != "A cat"
    assert client.get(part("pets")).url == LIST and client.get(CHECK).url == LIST
    assert "Biscuit" in client.get(LIST).content.decode()
    held = client.get(reverse("own_page_data")).content.decode()
    assert "What you told us about yourselves" in held and "My knee: no long walks." in held


def test_what_is_missing_is_said_with_the_way_to_it(invited, inside):  # noqa: F811
    client = inside(invited)
    fill_in_all(invited)
    fill_in_part(invited, "work-2", hours="")
    html = client.get(CHECK).content.decode()
    assert f'href="{part("work-2")}"' in html and "Now send it" not in html
    assert "still to be completed: Work and time: Tom" in client.post(CHECK).content.decode()


def test_a_half_filled_part_is_kept_and_a_wrong_one_too(invited, inside):  # noqa: F811
    client = inside(invited)
    html = client.post(part("household"), typed_for("household", age_1="-3")).content.decode()
    assert "Age must be 0 or more" in html and 'value="-3"' in html and "What you have filled in is saved" in html
    assert client.post(part("household"), typed_for("household", 1, age_1="", later="1")).url == LIST
    assert "In progress" in client.get(LIST).content.decode()
    assert 'value="Ben"' in client.get(part("household")).content.decode()


def test_what_staff_saved_meanwhile_is_shown_beside_what_was_typed(invited, inside, worker):  # noqa: F811
    client = inside(invited)
    client.get(part("pets"))
    fill_in_part(invited, "pets", by=worker, recorder="person")
    html = client.post(part("pets"), typed_for("pets", 0, which="A cat")).content.decode()
    assert "Ruth Worker saved this part" in html and "A cat" in html and "Biscuit, an old dog" in html
    assert client.post(part("pets"), typed_for("pets", 1, which="A cat")).url == LIST


@pytest.mark.parametrize("version", ["", "x", "9" * 30])
def test_a_page_that_says_not_what_it_saw_is_shown_again(invited, inside, version):  # noqa: F811
    html = inside(invited).post(part("pets"), typed_for("pets", version, which="A cat")).content.decode()
    assert "There is a problem" in html and "A cat" in html


def test_it_is_said_how_long_the_page_stays_open(invited, inside):  # noqa: F811
    page = inside(invited).get(part("experience-1")).content.decode()
    assert "when nothing is saved for 30 minutes" in page


def test_what_was_returned_is_marked(invited, inside, manager):  # noqa: F811
    fill_in_all(invited)
    client = inside(invited)
    client.post(CHECK)
    invited.refresh_from_db()
    return_eoi(enquiry=invited, by=manager, missing={"home": "Has your landlord said yes?"})
    assert "Something is still missing" in client.get(reverse("own_page")).content.decode()
    html = client.get(LIST).content.decode()
    assert "To be completed" in html and "Has your landlord said yes?" in html
    assert "Has your landlord said yes?" in client.get(part("home")).content.decode()


def test_nobody_elses(invited, make_enquiry, inside):  # noqa: F811
    other = inside(make_enquiry("in_touch"))
    assert other.get(LIST).status_code == 404 and other.post(part("home"), typed_for("home")).status_code == 404
    assert Client().post(CHECK).url == reverse("own_page")
    mine = inside(invited)
    assert mine.get(part("work-9")).status_code == 404 and mine.put(LIST).status_code == 405
    assert not Expression(invited).is_started
