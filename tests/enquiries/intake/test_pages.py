"""The first page and the plain pages at its foot."""

import pytest
from django.urls import reverse

from hub.models import Authority, Hub, Membership

pytestmark = pytest.mark.django_db

PAGES = ["home", "privacy", "accessibility", "cookies", "licences"]


def text_of(client, name: str) -> str:
    response = client.get(reverse(name))
    assert response.status_code == 200
    return response.content.decode()


def test_home_says_what_people_come_for(client, authorities):
    page = text_of(client, "home")
    for words in ["Fostering in the North East", "3 councils, one team, one number", "Ask about fostering",
                  "Could I foster?", "What happens next", "0191 498 0100", "When we are closed"]:  # fmt: skip
        assert words in page
    assert "<li>Gateshead</li>" in page and "Leeds" not in page
    assert page.count('class="hub-card"') == 5
    assert page.count("govuk-button--start") == 1


def test_home_before_the_hub_is_set_up(client, db):
    assert "Ask about fostering" in text_of(client, "home")


@pytest.mark.parametrize("name", PAGES)
def test_plain_pages_lead_to_one_another(client, hub, name):
    page = text_of(client, name)
    assert all(f'href="{reverse(other)}"' in page for other in PAGES[1:])
    assert page.count("<h1") == 1
    assert client.post(reverse(name)).status_code == 405


def test_what_the_law_asks_is_said(client, directory):
    assert "public task" in text_of(client, "privacy") and "only with your consent" in text_of(client, "privacy")
    assert "sessionid" in text_of(client, "cookies")
    licences = text_of(client, "licences")
    assert "Office for National Statistics licensed under the" in licences
    assert "Royal Mail copyright and database right 2026" in licences
    assert directory.vintage in licences


def test_home_takes_no_more_queries_with_more_councils(client, authorities, django_assert_num_queries):
    client.get(reverse("home"))  # what is configured is read once
    with django_assert_num_queries(4):
        client.get(reverse("home"))
    for number in range(5):
        more = Authority.objects.create(gss_code=f"E0600009{number}", name=f"Council {number}")
        Membership.objects.create(authority=more, starts_on="2024-01-01")
    client.get(reverse("home"))
    with django_assert_num_queries(4):
        client.get(reverse("home"))


def test_a_hub_without_telephone_or_councils_has_no_empty_headings(client, db):
    Hub.objects.create(name="Fostering here")
    page = text_of(client, "home")
    assert "Would you rather talk?" not in page and "Our councils" not in page
