"""The pages: the list, two side by side, merging, parting, and what each enquiry says of the other."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enquiries.models import DuplicatePair, Enquiry
from enquiries.services import record_activity
from hub.models import AccessLog

pytestmark = pytest.mark.django_db
BETH = {"email": "beth@example.org", "phone": "+447700900200"}


@pytest.fixture
def pair(ask):
    return ask(**BETH), ask(last="Kirk", **BETH)


def address(name, one, other):
    return reverse(name, args=[one.reference, other.reference])


def said(answer):
    return " ".join(answer.content.decode().split())


def test_the_list_shows_pairs_with_reasons(pair, sign_in, worker):
    answer = sign_in(worker).get(reverse("duplicates"))
    for words in (*(one.reference for one in pair), "Beth Kirk", "Same email, same telephone"):
        assert words in said(answer)
    assert AccessLog.objects.filter(action="duplicates").count() == 1


def test_the_list_is_empty_kindly_and_leaves_out_what_cannot_be_merged(pair, sign_in, worker):
    record_activity(enquiry=pair[0], kind="closed", by=worker, reason="timing")
    assert "No two enquiries look like one household" in said(sign_in(worker).get(reverse("duplicates")))


def test_the_list_asks_as_much_for_many_as_for_few(pair, ask, sign_in, worker):
    client = sign_in(worker)
    client.get(reverse("duplicates"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("duplicates"))
    for number in range(3):
        ask(f"Anna{'x' * number}", "Bell", email=f"bell{number}@example.org", phone="+447700900600", postcode="SR1 1AA")
    assert DuplicatePair.objects.count() > 1
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("duplicates"))
    assert len(many) == len(few)


def test_each_page_says_whom_it_may_be_and_leads_to_the_comparison(pair, sign_in, worker):
    first, second = pair
    answer = said(sign_in(worker).get(reverse("enquiry", args=[first.reference])))
    assert "May be the same household as" in answer and address("compare", first, second) in answer
    assert "Same email, same telephone" in answer


def test_side_by_side_with_reasons_and_what_a_merge_would_do(pair, sign_in, worker):
    first, second = pair
    answer = said(sign_in(worker).get(address("compare", first, second)))
    for words in (
        "What speaks for it", "Same telephone", "What speaks against it", "Different last names",
        "It was received first.",
        "Merge the two", "Not the same household", f"Keep {second.reference} instead", "Entries on the timeline",
    ):  # fmt: skip
        assert words in answer, words
    assert AccessLog.objects.filter(action="enquiry_read").count() == 2
    other = said(sign_in(worker).get(address("compare", first, second) + f"?keep={second.reference}"))
    assert "You chose it." in other and address("merge", second, first) in other


def test_the_way_back_leads_to_where_one_came_from(pair, sign_in, worker):
    client, compared = sign_in(worker), address("compare", *pair)
    assert f'href="{compared}?from=duplicates"' in said(client.get(reverse("duplicates")))
    from_list = said(client.get(f"{compared}?from=duplicates"))
    assert "Back to duplicates" in from_list and "Back to the enquiry" not in from_list
    assert f"?keep={pair[1].reference}&amp;from=duplicates" in from_list  # and after choosing the other
    for elsewhere in ("", "?from=https://example.org"):
        answer = said(client.get(compared + elsewhere))
        assert "Back to the enquiry" in answer and "Back to duplicates" not in answer
        assert 'example.org"' not in answer


def test_merge_and_undo(pair, sign_in, worker):
    first, second = pair
    client = sign_in(worker)
    merged = client.post(address("merge", first, second), {"version": first.version}, follow=True)
    assert "is merged into this enquiry" in said(merged) and "was merged into this enquiry by Ruth Worker" in said(
        merged
    )
    page = said(client.get(reverse("enquiry", args=[second.reference])))
    assert "Merged into" in page and "Undo the merge" in page and "Log a call" not in page
    assert reverse("enquiry", args=[first.reference]) in page
    undone = client.post(address("undo_merge", second, first), follow=True)
    assert "They are two enquiries again." in said(undone)
    assert Enquiry.objects.get(pk=second.pk).merged_into is None
    assert client.post(address("undo_merge", second, first)).status_code == 404


def test_search_by_the_merged_reference_leads_to_the_survivor(pair, sign_in, worker):
    first, second = pair
    client = sign_in(worker)
    client.post(address("merge", first, second))
    for text in (second.reference, "Beth", "beth@example.org"):
        assert client.post(reverse("find"), {"q": text}).url == reverse("enquiry", args=[first.reference])


def test_details_show_the_consents_of_both(pair, sign_in, worker):
    first, second = pair
    client = sign_in(worker)
    client.post(address("merge", first, second))
    answer = said(client.get(reverse("enquiry_details", args=[first.reference])))
    assert answer.count("I agree that you share my details") == 2


def test_what_cannot_be_merged_says_why_and_offers_no_button(pair, sign_in, worker):
    first, second = pair
    record_activity(enquiry=second, kind="closed", by=worker, reason="timing")
    answer = said(sign_in(worker).get(address("compare", first, second)))
    assert "Only enquiries that are open can be merged" in answer and "Merge the two" not in answer
    refused = sign_in(worker).post(address("merge", first, second))
    assert refused.status_code == 409 and Enquiry.objects.filter(merged_into__isnull=False).count() == 0


def test_not_the_same_is_kept_and_taken_back(pair, sign_in, worker):
    first, second = pair
    client = sign_in(worker)
    client.post(address("not_the_same", second, first))
    assert DuplicatePair.objects.get().state == "refused"
    assert "May be the same household" not in said(client.get(reverse("enquiry", args=[first.reference])))
    compared = said(client.get(address("compare", first, second)))
    assert "Ruth Worker said on" in compared and "Take that back" in compared
    client.post(address("maybe_the_same", first, second))
    assert DuplicatePair.objects.get().state == "suggested"


def test_any_two_can_be_compared_by_reference(pair, ask, sign_in, worker):
    first, other = pair[0], ask("Orla", "Quinn")
    client = sign_in(worker)
    page = reverse("same_as", args=[first.reference])
    assert client.get(page).status_code == 200
    assert client.post(page, {"other": other.reference.lower().replace("-", " ")}).url == address(
        "compare", first, other
    )
    for typed, words in [
        ("", "Enter a reference"), ("x" * 300, "60"), ("\x00'; drop", "There is a problem"),
        ("💚", "Enter a reference"),
        ("ZZZZ-9999", "no enquiry with this reference"), (first.reference, "That is this enquiry"),
    ]:  # fmt: skip
        answer = client.post(page, {"other": typed})
        assert answer.status_code == 200 and words in said(answer), typed


@pytest.mark.parametrize("name", ["compare", "merge", "undo_merge", "not_the_same", "maybe_the_same"])
def test_who_and_how(name, pair, sign_in, gateshead_worker, cluster_lead, worker):
    url = address(name, *pair)
    method = "get" if name == "compare" else "post"
    for outsider in (gateshead_worker, cluster_lead):
        assert getattr(sign_in(outsider), method)(url).status_code == 403
    client = sign_in(worker)
    wrong = client.post if method == "get" else client.get
    assert wrong(url).status_code == 405
    unknown = reverse(name, args=[pair[0].reference, "ZZZZ-9999"])
    assert getattr(client, method)(unknown).status_code == 404


def test_an_enquiry_is_not_compared_with_itself(pair, sign_in, worker):
    assert sign_in(worker).get(address("compare", pair[0], pair[0])).status_code == 404
    assert sign_in(worker).post(address("not_the_same", pair[0], pair[0])).status_code in (302, 409)
    assert sign_in(worker).post(address("merge", pair[0], pair[0]), {"version": "x" * 99}).status_code in (302, 409)
