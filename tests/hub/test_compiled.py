"""A query that is worked out once answers as the one that is worked out each time."""

import datetime

import pytest

from enquiries.models import Applicant, Enquiry
from hub.compiled import Compiled, keep_related

pytestmark = pytest.mark.django_db


def test_it_finds_what_the_query_set_finds_for_each_value(make_enquiry):
    first, second = make_enquiry(), make_enquiry()
    by_key = Compiled(lambda pk: Enquiry.objects.select_related("safe_contact").filter(pk=pk), int)
    for enquiry in (first, second, first):
        (found,) = by_key(enquiry.pk)
        assert (found, found.reference, found.received_at) == (enquiry, enquiry.reference, enquiry.received_at)
    assert list(by_key(0)) == []


def test_it_asks_once_for_all_that_it_selects(make_enquiry, django_assert_num_queries):
    enquiry = make_enquiry()
    with_contact = Compiled(lambda pk: Enquiry.objects.select_related("safe_contact").filter(pk=pk), int)
    with django_assert_num_queries(1):
        (found,) = with_contact(enquiry.pk)
        assert found.safe_contact.by_email is True


def test_it_takes_words_days_and_moments_and_gives_plain_values(make_enquiry):
    enquiry = make_enquiry()
    query = Compiled(
        lambda moment, reference, day: Enquiry.objects.filter(
            received_at__gte=moment, reference=reference, activities__occurred_on__gte=day
        ).values("reference")[:1],
        datetime.datetime, str, datetime.date,
    )  # fmt: skip
    day = enquiry.received_at.date()
    assert list(query(enquiry.received_at, enquiry.reference, day)) == [{"reference": enquiry.reference}]
    assert list(query(enquiry.received_at + datetime.timedelta(seconds=1), enquiry.reference, day)) == []
    assert list(query(enquiry.received_at, enquiry.reference, day + datetime.timedelta(days=400))) == []


def test_a_value_that_the_query_changes_on_its_way_is_refused_when_it_is_worked_out():
    with pytest.raises(TypeError, match="as it was given"):
        Compiled(lambda word: Enquiry.objects.filter(reference__icontains=word), str)("HK")


def test_what_was_read_serves_as_if_it_had_been_prefetched(make_enquiry, django_assert_num_queries):
    enquiry = make_enquiry()
    people = list(Applicant.objects.filter(enquiry=enquiry))
    with django_assert_num_queries(0):
        keep_related(enquiry, "applicants", people)
        assert [one.enquiry for one in enquiry.applicants.all()] == [enquiry] * len(people)
    assert list(enquiry.applicants.filter(position=1)) == people[:1], "asked for more, it asks of this enquiry alone"
