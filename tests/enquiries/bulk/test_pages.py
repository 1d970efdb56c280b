"""From a list on Today to what came of each."""

import pytest
from django.urls import reverse

from enquiries.bulk.services import gather, work_on_bulk
from enquiries.models import BulkRun, Enquiry

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(make_enquiry, directory, hub):
    return [make_enquiry(), make_enquiry("in_touch")]


def test_a_filtered_list_is_given_to_somebody(two, manager, worker, sign_in):
    client = sign_in(manager)
    today = client.get(reverse("today"), {"queue": "open", "stage": "new"})
    asked = today.context["work"].asked_again.replace("&", "&amp;")
    assert f"{reverse('bulk_new')}?{asked}" in today.content.decode()
    url = f"{reverse('bulk_new')}?queue=open&stage=new"
    assert "1 enquiry at once" in client.get(url).content.decode()
    run = client.post(url, {"work": "assign", "to": worker.pk})
    page = client.get(run["Location"])
    assert "We are looking at each" in page.content.decode() and page["Refresh"]
    work_on_bulk()
    page = client.get(run["Location"])
    assert "Can be done" in page.content.decode() and "Refresh" not in page
    record = BulkRun.objects.get()
    client.post(reverse("bulk_run_start", args=[record.pk]))
    work_on_bulk()
    assert Enquiry.objects.get(owner=worker) == two[0]
    assert record.get_work_display() in client.get(reverse("bulk_runs")).content.decode()


def test_what_is_missing_is_said_with_what_was_typed(two, manager, sign_in):
    client = sign_in(manager)
    url = f"{reverse('bulk_new')}?queue=open"
    assert "Select what is to be done" in client.post(url, {}).content.decode()
    page = client.post(url, {"work": "task", "title": "Ask about the room", "due_on_day": "1"}).content.decode()
    assert "Ask about the room" in page and "There is a problem" in page
    assert "Select a message" in client.post(url, {"work": "message"}).content.decode()
    assert not BulkRun.objects.exists()


def test_a_worker_is_not_offered_to_close_many(two, worker, sign_in):
    client = sign_in(worker)
    url = f"{reverse('bulk_new')}?queue=open"
    assert "Close them" not in client.get(url).content.decode()
    assert "There is a problem" in client.post(url, {"work": "close", "reason": "no_contact"}).content.decode()


def test_ones_own_and_a_managers_alone(two, worker, manager, sign_in):
    run = gather(by=manager, work="assign", details={"to": worker.pk}, enquiries=Enquiry.objects.all(), chosen="Open")
    client = sign_in(worker)
    assert client.get(reverse("bulk_run", args=[run.pk])).status_code == 404
    assert client.post(reverse("bulk_run_start", args=[run.pk])).status_code == 404
    assert client.get(reverse("bulk_run_start", args=[run.pk])).status_code == 405


def test_stopped_on_its_page(two, worker, sign_in):
    run = gather(by=worker, work="assign", details={"to": worker.pk}, enquiries=Enquiry.objects.all(), chosen="Open")
    client = sign_in(worker)
    page = client.post(reverse("bulk_run_stop", args=[run.pk]), follow=True).content.decode()
    assert "Stopped. What was done stays done." in page and "Left out" in page


def test_queries_do_not_grow_with_those_left_out(two, worker, sign_in, make_enquiry, django_assert_max_num_queries):
    for _ in range(3):
        make_enquiry("closed")
    run = gather(by=worker, work="assign", details={"to": worker.pk}, enquiries=Enquiry.objects.all(), chosen="Open")
    work_on_bulk()
    client = sign_in(worker)
    with django_assert_max_num_queries(16):
        assert client.get(reverse("bulk_run", args=[run.pk])).content.decode().count("no owner any more") == 3
