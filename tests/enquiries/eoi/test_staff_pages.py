"""The tab, the pages of the parts, authorising and returning: as staff see them."""

import pytest
from django.urls import reverse

from enquiries.eoi.sections import Expression
from enquiries.eoi.services import submit_eoi
from tests.enquiries.eoi.filled import TYPED, fill_in_all, fill_in_part, typed_for
from tests.factories import someone


@pytest.fixture
def enquiry(make_enquiry):
    return make_enquiry("in_touch")


def page(client, name, *args) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_tab_says_how_far_it_is_and_by_whom(enquiry, sign_in, worker, django_assert_max_num_queries):
    client = sign_in(worker)
    assert "Nothing is filled in yet" in page(client, "eoi", enquiry.reference)
    fill_in_all(enquiry)
    fill_in_part(enquiry, "pets", by=worker, recorder="person", which="")
    with django_assert_max_num_queries(45):
        html = page(client, "eoi", enquiry.reference)
    for words in ("11 of 12 parts completed", "The enquirer, ", "Ruth Worker, ", "In progress", "12 Quarry Bank"):
        assert words in html
    assert "Submit it for authorisation" not in html
    fill_in_part(enquiry, "pets")
    assert "Submit it for authorisation" in page(client, "eoi", enquiry.reference)


def test_filling_in_on_the_telephone(enquiry, sign_in, worker):
    client, address = sign_in(worker), reverse("eoi_part", args=[enquiry.reference, "home"])
    answer = client.post(address, typed_for("home", bedrooms="-1"))
    html = answer.content.decode()
    assert "The number of bedrooms must be 0 or more" in html and "What you have filled in is saved" in html
    assert 'value="-1"' in html and "12 Quarry Bank" in html
    answer = client.post(address, typed_for("home", 1, bedrooms="", later="1"))
    assert answer.url == reverse("eoi", args=[enquiry.reference])
    assert Expression(enquiry).part("home").status == "In progress"
    assert client.post(address, typed_for("home", 2)).url == reverse("eoi", args=[enquiry.reference])
    assert Expression(enquiry).part("home").is_complete
    again = client.post(address, typed_for("home", 1, address="Elsewhere")).content.decode()
    assert "saved this part on" in again and "Elsewhere" in again and "12 Quarry Bank" in again


def test_one_more_person(enquiry, sign_in, worker):
    client, address = sign_in(worker), reverse("eoi_part", args=[enquiry.reference, "household"])
    answer = client.post(address, typed_for("household", more="1"))
    assert answer.url == f"{address}?more=1"
    html = client.get(answer.url).content.decode()
    assert "Person 3" in html and 'value="Joy"' in html


def test_consent_to_checks_says_how_it_was_given(enquiry, sign_in, worker):
    client, address = sign_in(worker), reverse("eoi_part", args=[enquiry.reference, "checks"])
    assert "Select how they told us" in client.post(address, typed_for("checks")).content.decode()
    assert not enquiry.ledger.filter(purpose="checks").exists()
    client.post(address, typed_for("checks", 1, channel="in_person"))
    assert enquiry.ledger.get(purpose="checks").channel == "in_person"


def test_submitting_and_what_is_still_missing(enquiry, sign_in, worker):
    client, address = sign_in(worker), reverse("eoi_submit", args=[enquiry.reference])
    tab = reverse("eoi", args=[enquiry.reference])
    refused = client.post(address, headers={"referer": f"http://testserver{tab}"}, follow=True)
    assert "Some parts are still to be completed: Who lives with you" in refused.content.decode()
    fill_in_all(enquiry)
    assert client.post(address).status_code == 302
    enquiry.refresh_from_db()
    assert enquiry.stage == "eoi"
    assert "It was submitted" in page(client, "eoi_part", enquiry.reference, "home")
    assert client.get(address).status_code == 405


def test_a_manager_reads_the_whole_and_returns_parts(make_enquiry, sign_in, manager):
    enquiry = make_enquiry("in_touch")
    fill_in_all(enquiry)
    submit_eoi(enquiry=enquiry, by=None, recorder="enquirer")
    client = sign_in(manager)
    for name in ("authorise_eoi", "return_eoi"):
        html = page(client, name, enquiry.reference)
        assert "12 Quarry Bank" in html and "My knee: no long walks." in html
    address = reverse("return_eoi", args=[enquiry.reference])
    nothing = client.post(address, {"version": enquiry.version}).content.decode()
    assert "Select what has to be completed, or say it in your own words" in nothing
    lacking = client.post(address, {"version": enquiry.version, "parts": ["home"]}).content.decode()
    assert "Enter what is missing in this part" in lacking
    typed = {"version": enquiry.version, "parts": ["home"], "what_home": "Who is the landlord?"}
    assert client.post(address, typed).status_code == 302
    assert Expression(enquiry).part("home").held.missing == "Who is the landlord?"
    assert "Who is the landlord?" in page(client, "eoi", enquiry.reference)


def test_asking_them(enquiry, sign_in, worker):
    client, address = sign_in(worker), reverse("invite_eoi", args=[enquiry.reference])
    html = client.get(address).content.decode()
    assert "Hello Amina and Tom," in html and "Remind them in a week" in html
    typed = {"version": enquiry.version, "body": "Dear both", "remind": "on"}
    assert client.post(address, typed).status_code == 302
    assert "They were asked to fill it in" in page(client, "eoi", enquiry.reference)


@pytest.mark.parametrize("name", ["eoi", "eoi_part", "eoi_submit"])
def test_who_may_not(name, make_enquiry, sign_in, newcastle_worker):
    enquiry = make_enquiry("in_touch")
    args = [enquiry.reference, "home"] if name == "eoi_part" else [enquiry.reference]
    for person, status in ((newcastle_worker, 403), (someone("cluster_lead"), 403)):
        assert sign_in(person).post(reverse(name, args=args)).status_code in (status, 405)
    client = sign_in(someone("hub_worker"))
    args[0] = "BCDF-2345"
    assert client.post(reverse(name, args=args)).status_code in (404, 405)
    assert client.get(reverse("eoi_part", args=[enquiry.reference, "work-3"])).status_code == 404
    assert set(TYPED) == {part.section.code for part in Expression(enquiry).parts}
