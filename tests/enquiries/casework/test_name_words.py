"""The words by which people are found: the database keeps them, whoever writes and however."""

import datetime
from string import ascii_lowercase

import pytest
from django.utils import timezone

from enquiries.casework.search import MOST_SHOWN, MOST_WAYS, found
from enquiries.intake.services import Person
from enquiries.models import Applicant, Enquiry, NameWord
from enquiries.models.plain_letters import plain_words

pytestmark = pytest.mark.django_db

AWKWARD = ["Hélène O’Brien", "Łukasz Smith-Jones", "Anne  Marie_Ann", "Ama'Owusu", "Þóra Weiß", "李 小龍", "", "..."]


@pytest.fixture
def enquiry(make_enquiry):
    return make_enquiry("new", applicants=[Person("Amina", "Khalid")])


def words_of(enquiry: Enquiry) -> set[str]:
    return set(NameWord.objects.filter(enquiry=enquiry).values_list("word", flat=True))


def test_they_are_those_that_somebody_types(enquiry):
    for name in AWKWARD:
        Applicant.objects.filter(enquiry=enquiry, position=1).update(first_name=name, last_name="Bell")
        assert words_of(enquiry) == {*plain_words(name), "bell"}, name


def test_they_change_with_the_people(enquiry, make_enquiry):
    assert words_of(enquiry) == {"amina", "khalid"}
    second = Applicant.objects.create(enquiry=enquiry, position=2, first_name="Tom", last_name="Khalid")
    assert words_of(enquiry) == {"amina", "tom", "khalid"}
    second.last_name = "Bell"
    second.save()
    assert words_of(enquiry) == {"amina", "tom", "khalid", "bell"}
    enquiry.applicants.filter(position=1).delete()
    assert words_of(enquiry) == {"tom", "bell"}
    other = make_enquiry("new", applicants=[Person("Ann", "Ames")])
    Applicant.objects.filter(pk=second.pk).update(enquiry=other, position=2)
    assert words_of(enquiry) == set() and words_of(other) == {"ann", "ames", "tom", "bell"}


def test_of_a_common_name_the_last_recorded_are_shown_of_those_one_may_see(worker, gateshead_worker, db):
    enquiries = Enquiry.objects.bulk_create(
        Enquiry(reference=f"C{number}", received_at=timezone.now(), channel="web") for number in range(MOST_SHOWN * 2)
    )
    Applicant.objects.bulk_create(Applicant(enquiry=one, first_name="Jo", last_name="Jonas") for one in enquiries)
    shown = found(Enquiry.objects.visible_to(worker), "jo")
    assert [one.pk for one in shown] == [one.pk for one in reversed(enquiries)][: MOST_SHOWN + 1]
    early = Enquiry.objects.filter(pk__in=[one.pk for one in enquiries[:3]])
    assert {one.pk for one in found(early, "jonas jo")} == {one.pk for one in enquiries[:3]}
    assert found(Enquiry.objects.visible_to(gateshead_worker), "jo") == []


@pytest.mark.parametrize("number", [2, MOST_WAYS, MOST_WAYS + 5])
def test_a_beginning_finds_every_name_that_begins_so_the_newest_first(number, make_enquiry, worker):
    names = [f"Ann{letter}" for letter in ascii_lowercase[:number]]
    made = [make_enquiry("new", applicants=[Person(name, "Lee")]).pk for name in names]
    Enquiry.objects.filter(pk=made[0]).update(received_at=timezone.now() + datetime.timedelta(days=1))
    make_enquiry("new", applicants=[Person("Ann", "Bell")])
    visible = Enquiry.objects.visible_to(worker)
    for text in ("ann le", "lee ann", "l ann lee"):
        assert {one.pk for one in found(visible, text)} == set(made), text
    assert found(visible, "ann le")[0].pk == made[0]
    assert found(visible, "...") == []


def test_both_names_of_a_couple_find_it_once(make_enquiry, worker):
    couple = make_enquiry("new", applicants=[Person("Tom", "Bell"), Person("Tomas", "Bellamy")])
    assert [one.pk for one in found(Enquiry.objects.visible_to(worker), "tom bell")] == [couple.pk]
