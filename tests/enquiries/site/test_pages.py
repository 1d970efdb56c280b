"""The pages to read around the enquiry."""

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from hub.models import Authority, Closure, Hub, Membership, Standard
from tests.conftest import moment
from tests.factories import make_event

pytestmark = pytest.mark.django_db

LEGAL = ["privacy", "accessibility", "cookies", "licences"]
TO_READ = ["could_i_foster", "what_happens_next", "what_you_are_paid", "our_councils", "contact"]
PAGES = ["home", *TO_READ, *LEGAL]


def text_of(client, name: str) -> str:
    response = client.get(reverse(name))
    assert response.status_code == 200
    return response.content.decode()


def words_of(client, name: str) -> str:
    return " ".join(text_of(client, name).split())


def test_the_age_is_what_most_councils_ask_and_no_law(client, authorities):
    assert "Most councils ask foster carers to be 21." in text_of(client, "home")
    assert "to be 21 or over, as most councils ask" in text_of(client, "could_i_foster")


def test_home_says_what_people_come_for(client, authorities):
    page = text_of(client, "home")
    for words in ["Fostering in the North East", "3 councils, one team, one number", "Ask about fostering",
                  "Could I foster?", "What happens next", "What you are paid", "0191 498 0100",
                  "When we are closed"]:  # fmt: skip
        assert words in page
    assert "<li>Gateshead</li>" in page and "Leeds" not in page
    assert page.count('class="hub-card"') == 5 and page.count('class="hub-path__step"') == 4
    assert page.count("govuk-button--start") == 1
    assert "Come and meet us" not in page


def test_home_before_the_hub_is_set_up(client, db):
    assert "Ask about fostering" in text_of(client, "home")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_leads_to_the_others(client, hub, name):
    page = text_of(client, name)
    assert all(f'href="{reverse(other)}"' in page for other in [*TO_READ, *LEGAL])
    assert page.count("<h1") == 1 and "noindex" not in page
    described = page.partition('<meta name="description" content="')[2].partition('"')[0]
    assert 60 < len(described) < 170, described
    assert client.post(reverse(name)).status_code == 405
    assert client.head(reverse(name)).status_code == 200


def test_every_page_has_a_title_and_a_description_of_its_own(client, hub):
    for start, end in (("<title>", "</title>"), ('name="description" content="', '"')):
        assert len({text_of(client, name).partition(start)[2].partition(end)[0] for name in PAGES}) == len(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_before_the_hub_is_set_up(client, db, name):
    page = text_of(client, name)
    assert (
        "None<" not in page
        and "None " not in page.replace("None is for", "")
        and "tel:" not in page.replace("tel:999", "")
    )


def test_where_i_am_is_said_once(client, hub):
    page = text_of(client, "contact")
    assert page.count('aria-current="page"') == 2  # at the top and at the foot
    assert 'aria-current="page"' not in text_of(client, "home")


def test_what_the_law_asks_is_said(client, directory):
    privacy = words_of(client, "privacy")
    for words in ["public task", "only with your consent", "Article 6(1)(e)", "within one month", "within 30 days",
                  "Information Commissioner", "equality, the answers are kept apart", "two years", "three years",
                  "12 hours"]:  # fmt: skip
        assert words in privacy
    cookies = text_of(client, "cookies")
    assert all(f">{name}</h2>" in cookies for name in ("sessionid", "csrftoken", "messages"))
    licences = text_of(client, "licences")
    assert "Office for National Statistics licensed under the" in licences
    assert "Royal Mail copyright and database right 2026" in licences
    assert directory.vintage in licences
    assert "No. 2) Accessibility Regulations 2018" in text_of(client, "accessibility")


def test_the_councils_are_todays_members(client, authorities):
    Membership.objects.filter(authority=authorities["Sunderland"]).update(ends_on="2026-01-01")
    page = text_of(client, "our_councils")
    assert "<li>Gateshead</li>" in page and "These 2 councils" in page
    assert "Sunderland" not in page and "Leeds" not in page


def test_the_days_are_the_standards(client, hub):
    assert "We ring you within one working day" in text_of(client, "what_happens_next")
    Standard.objects.create(clock="first_conversation", working_days=3)
    Standard.objects.create(clock="authority_answer", working_days=0)
    Standard.objects.create(clock="handover", working_days=4, applies_from="2999-01-01")
    page = text_of(client, "what_happens_next")
    assert "We ring you within 3 working days" in page and "It answers within the same working day" in page
    assert "We pass it to your council within 2 working days" in page
    assert "We ring you within 3 working days" in text_of(client, "home")


def test_amounts_have_their_year_and_invented_ones_are_samples(client, hub, settings):
    page = words_of(client, "what_you_are_paid")
    assert "amounts from 6 April 2025 to 5 April 2026" in page and "Sample" not in page
    settings.HUB_DEMO = True
    assert "Sample</strong> Invented" in words_of(client, "what_you_are_paid")


@pytest.mark.parametrize(
    ("now", "says"),
    [
        ("2026-11-20 08:59", "We are here today from 9am."),
        ("2026-11-20 09:00", "We are here now</strong>, until 5pm."),
        ("2026-11-20 16:59", "We are here now</strong>, until 5pm."),
        ("2026-11-20 17:00", "We are here again on Monday 23 November from 9am."),
        ("2026-11-22 22:10", "We are here again tomorrow from 9am."),
        ("2026-12-24 18:00", "We are here again on Tuesday 29 December from 9am."),
        ("2026-12-28 10:00", "We are here again tomorrow from 9am."),
        ("2028-02-28 20:00", "We are here again tomorrow from 9am."),
        ("2026-10-25 01:30", "We are here again tomorrow from 9am."),
    ],
)
def test_whether_somebody_answers_now(client, hub, now, says):
    with time_machine.travel(moment(now), tick=False):
        assert says in words_of(client, "contact") and says in words_of(client, "home")


def test_the_hubs_own_closures_and_extra_days(client, hub):
    Closure.objects.create(day="2026-11-23", reason="Team day")
    Closure.objects.create(day="2026-11-28", reason="Open Saturday", open_instead=True)
    with time_machine.travel(moment("2026-11-21 12:00"), tick=False):
        page = words_of(client, "contact")
    assert "We are here again on Tuesday 24 November from 9am." in page
    closed = page.partition("In the coming weeks we are closed on")[2].partition("</p>")[0]
    assert [day in closed for day in ("Monday 23 November", "Friday 25 December", "Monday 28 December")] == [True] * 3
    assert 'We are also here on <span class="hub-nowrap">Saturday 28 November</span>.' in page


def test_events_to_come_are_on_the_first_page(client, hub):
    def event(code: str, days: int, **changes) -> None:
        start = timezone.now() + timezone.timedelta(days=days)
        make_event(
            code=code, title=f"Evening {code}", starts_at=start, ends_at=start + timezone.timedelta(hours=2),
            place="Central Library", capacity=20, **changes,
        )  # fmt: skip

    event("past", -1)
    event("hidden", 1, published=False)
    event("off", 1, cancelled_at=timezone.now())
    assert "Come and meet us" not in text_of(client, "home")
    for number in range(4):
        event(f"soon{number}", 2 + number)
    page = text_of(client, "home")
    assert "Come and meet us" in page and "Central Library" in page
    assert 'href="/events/soon0/"' in page and 'href="/events/"' in page
    assert [f"Evening soon{n}" in page for n in range(4)] == [True, True, True, False]
    assert not any(f"Evening {code}" in page for code in ("past", "hidden", "off"))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_no_more_queries_with_more_councils(client, authorities, name, django_assert_max_num_queries):
    def queries() -> int:
        client.get(reverse(name))  # what is configured is read, and kept
        with django_assert_max_num_queries(12) as asked:
            client.get(reverse(name))
            return len(asked)

    before = queries()
    for number in range(5):
        more = Authority.objects.create(gss_code=f"E0600009{number}", name=f"Council {number}")
        Membership.objects.create(authority=more, starts_on="2024-01-01")
    assert queries() == before


def test_a_hub_without_telephone_or_councils_has_no_empty_headings(client, db):
    Hub.objects.create(name="Fostering here")
    page = text_of(client, "home")
    assert "Would you rather talk?" not in page and "Our councils</h2>" not in page
    assert "Ring us" not in text_of(client, "contact")
