"""Each question: good and bad answers, and the way from one to the next."""

import pytest
from django.urls import reverse

from enquiries.intake.steps import STEPS, route_through

from .conftest import COUPLE

pytestmark = pytest.mark.django_db

LONG = "x" * 300


def url(name: str) -> str:
    return reverse("enquire_step", args=[name])


def test_the_table_is_the_journey(visitor):
    on_route = [step for step in STEPS if step.name in COUPLE]
    for number, step in enumerate(on_route):
        page = visitor.page(step.name)
        assert page.status_code == 200
        assert f"<title>{step.title} – " in page.content.decode()
        assert f": {step.part}" in page.content.decode()
        following = on_route[number + 1].name if number + 1 < len(on_route) else None
        expected = url(following) if following else reverse("enquire_check")
        assert visitor.answer(step.name, **COUPLE[step.name]).url == expected


@pytest.mark.parametrize(
    ("name", "answers", "message"),
    [
        ("postcode", {}, "Enter a postcode, like NE1 8QH, or tick the box to go on without one"),
        ("postcode", {"postcode": "Gateshead"}, "Enter a postcode, like NE1 8QH"),
        ("postcode", {"postcode": LONG}, "Enter a postcode, like NE1 8QH"),
        ("council", {}, "Select which council you would like to foster for"),
        ("council", {"choice": "another"}, "Select the council you would like to foster for"),
        ("council", {"choice": "another", "council": "E08000035"}, "Select one of the choices offered"),
        ("council", {"choice": "another", "council": "E08000021", "why": LONG}, "must be 254 characters or fewer"),
        ("council", {"choice": "nearest", "keep_from": "yes"}, "Select the council that should not know"),
        (
            "council",
            {"choice": "another", "council": "E08000021", "keep_from": "yes", "not_council": "E08000021"},
            "Select another council here, or another one to foster for above",
        ),
        ("situation", {}, "Select what brings you to us"),
        ("age", {}, "Select how old you are, or “I would rather not say”"),
        ("timing", {}, "Select if you would like to talk now or not yet"),
        ("household", {}, "Select if you are asking on your own or with somebody"),
        ("household", {"household": "three"}, "Select one of the choices offered"),
        ("your-name", {"last_name": "Khalid"}, "Enter your first name"),
        ("your-name", {"first_name": "   "}, "Enter your first name"),
        ("your-name", {"first_name": LONG}, "First name must be 100 characters or fewer"),
        ("your-name", {"first_name": "Ami\x00na"}, "First name must not contain unseen characters"),
        ("other-name", {}, "Enter the first name of the other person"),
        (
            "other-name",
            {"second_first_name": "Tom", "second_email": "tom"},
            "Enter an email address in the correct form",
        ),
        ("other-name", {"second_first_name": "Tom", "second_phone": "12"}, "Enter a telephone number, like 01632"),
        ("contact", {}, "Enter an email address or a telephone number, so that we can answer you"),
        ("contact", {"email": "amina@"}, "Enter an email address in the correct format, like name@example.org"),
        ("contact", {"email": f"{LONG}@example.org"}, "Enter an email address in the correct format"),
        ("contact", {"phone": "12"}, "Enter a telephone number, like 01632 960 001"),
        ("contact", {"email": "amina@example.org", "phone": "ask my mother"}, "Enter a telephone number, like"),
        ("reach", {}, "Select at least one way in which we may contact you"),
        ("reach", {"ways": ["pigeon"]}, "Select one of the choices offered"),
        ("reach", {"ways": ["email"], "notes": "x" * 501}, "must be 500 characters or fewer"),
        ("reach", {"ways": ["email"], "interpreter": "on"}, "Enter the language for which you would like an interpre"),
        ("reach", {"ways": ["email"], "adjustments": "x" * 501}, "must be 500 characters or fewer"),
        (
            "calls",
            {"when": "any", "leave_message": "no", "say_who": "no", "callback_at": "soon"},
            "Choose another time",
        ),
        ("calls", {"leave_message": "no", "say_who": "no"}, "Select a good time to ring"),
        ("calls", {"when": "any", "say_who": "no"}, "Select yes if we may leave a message"),
        ("calls", {"when": "any", "leave_message": "no"}, "Select yes if we may say who is calling"),
        ("spare-room", {}, "Select if you have a spare bedroom"),
        ("interests", {}, "Select what interests you, or “Not sure yet”"),
        ("interests", {"interests": ["emergency"], "message": "x" * 2001}, "must be 2000 characters or fewer"),
        ("source", {}, "Select how you heard about us, or “I do not remember”"),
        ("sharing", {}, "Select yes if we may share your details with your council"),
    ],
)
def test_a_bad_answer_comes_back_with_what_was_typed(visitor, name, answers, message):
    visitor.fill(until=name)
    page = visitor.answer(name, **answers)
    text = page.content.decode()
    assert page.status_code == 200
    assert "<title>Error: " in text and "There is a problem" in text
    assert text.count(message) >= 2  # in the summary and beside the field
    form = page.context["form"]
    assert all(form[field].value() in (typed, [typed], typed == "on") for field, typed in answers.items())
    assert visitor.client.get(reverse("enquire_check")).url == url(name)


@pytest.mark.parametrize("typed", ["NE8 1AA", "ne81aa", " ne8-1aa ", "NE8\u00a01AA"])
def test_a_postcode_may_be_typed_in_any_way(visitor, typed):
    assert visitor.answer("postcode", postcode=typed).url == url("council")
    assert "You live in Gateshead" in visitor.page("council").content.decode()


@pytest.mark.parametrize(
    "name", ["O’Neill", "D'Arcy", "أمينة", "Zoë-Ann", "Nguyễn", "🙂", "<b>Bob</b>", "名前", "x" * 100]
)
def test_any_name_is_a_name(visitor, name):
    visitor.fill(your_name={"first_name": name, "last_name": ""})
    answers = route_through({n: form.data for n, form in _route(visitor).answered.items()}).answers
    assert answers["first_name"] == name
    page = visitor.client.get(reverse("enquire_check"))
    assert page.status_code == 200 and "<b>Bob" not in page.content.decode()


def _route(visitor):
    from enquiries.intake.draft import Draft

    return Draft(visitor.client.session).route()


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"postcode": "NE8 1AA"}, ["You live in Gateshead", "That is one of our councils"]),
        ({"postcode": "NE99 9ZZ"}, ["We cannot find NE99 9ZZ", "just go on"]),
        ({"no_postcode": "on"}, ["We find your council together"]),
    ],
)
def test_the_page_after_the_postcode_says_where_they_live(visitor, answers, words):
    visitor.answer("postcode", **answers)
    page = visitor.page("council").content.decode()
    assert all(word in page for word in words)
    assert visitor.answer("council", choice="nearest").url == url("situation")


def test_only_member_councils_can_be_chosen(visitor):
    visitor.fill(until="council")
    codes = [code for code, _ in visitor.page("council").context["form"].fields["council"].choices]
    assert codes == ["", "E08000037", "E08000021", "E08000024"]


def test_what_is_typed_in_the_closed_part_of_a_page_does_not_count(visitor):
    """Without scripts the second part is always open."""
    visitor.fill(council={"choice": "nearest", "council": "E08000021", "why": "A slip"})
    answers = _route(visitor).answers
    assert (answers["chosen_authority"], answers["why"]) == (None, "")


def test_only_ways_with_an_address_are_offered(visitor):
    visitor.fill(until="reach", contact={"email": "amina@example.org", "phone": ""})
    assert [way for way, _ in visitor.page("reach").context["form"].fields["ways"].choices] == ["email"]
    assert visitor.answer("reach", ways=["email"]).url == url("interests")


# --- the way from one to the next ---


@pytest.mark.parametrize("name", [step.name for step in STEPS[1:]])
def test_a_page_opened_directly_leads_to_the_first_question(visitor, name):
    assert visitor.page(name).url == url("postcode")
    assert visitor.answer(name, **COUPLE.get(name, {})).url == reverse("enquire_too_long")
    assert "enquiry_draft" not in visitor.client.session


def test_a_page_opened_too_early_leads_to_the_first_unanswered(visitor):
    visitor.fill(until="household")
    for path in [url("source"), reverse("enquire"), reverse("enquire_check")]:
        assert visitor.client.get(path).url == url("household")


def test_a_page_that_is_not_on_the_route_leads_on(visitor):
    visitor.fill(household={"household": "one"}, other_name=None)
    assert visitor.page("other-name").url == reverse("enquire_check")


def test_no_such_question(visitor):
    assert visitor.page("shoe-size").status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
@pytest.mark.parametrize("path", ["/enquire/postcode/", "/enquire/check-answers/"])
def test_pages_take_no_other_method(visitor, method, path):
    assert getattr(visitor.client, method)(path).status_code == 405


def test_one_answer_changed_leads_back_to_the_check(visitor):
    visitor.fill()
    assert visitor.page("source").context["form"]["source"].value() == "word_of_mouth"
    assert visitor.answer("source", source="event").url == reverse("enquire_check")


def test_another_postcode_asks_for_the_council_again(visitor):
    visitor.fill(council={"choice": "another", "council": "E08000024"})
    assert visitor.answer("postcode", postcode="NE1 8QH").url == url("council")
    assert "You live in Newcastle upon Tyne" in visitor.page("council").content.decode()
    assert visitor.answer("council", choice="nearest").url == reverse("enquire_check")


def test_the_same_postcode_again_asks_nothing(visitor):
    visitor.fill()
    assert visitor.answer("postcode", **COUPLE["postcode"]).url == reverse("enquire_check")


def test_with_nobody_after_all_forgets_the_other_person(visitor):
    visitor.fill()
    visitor.answer("household", household="one")
    assert visitor.answer("household", household="two").url == url("other-name")


def test_asking_with_somebody_after_all_asks_for_the_name(visitor):
    visitor.fill(household={"household": "one"}, other_name=None)
    assert visitor.answer("household", household="two").url == url("other-name")


def test_going_back_and_on_again_passes_through_the_pages_between(visitor):
    visitor.fill(until="contact")
    assert visitor.answer("household", household="two").url == url("your-name")


def test_each_page_leads_back_to_the_one_before(visitor):
    visitor.fill(until="calls")
    assert f'href="{url("reach")}"' in visitor.page("calls").content.decode()
    assert f'class="govuk-back-link" href="{reverse("home")}"' in visitor.page("postcode").content.decode()


# --- what it costs, and where it is kept ---


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_page_takes_a_constant_number_of_queries(visitor, step, django_assert_max_num_queries):
    visitor.fill()
    with django_assert_max_num_queries(9):
        visitor.page(step.name)


def test_nothing_of_it_is_kept_in_the_browser(visitor, settings):
    assert settings.SESSION_ENGINE == "hub.sessions"  # in the database
    visitor.walk()
    cookies = visitor.client.cookies
    assert set(cookies) <= {"sessionid", "csrftoken"}
    assert len(cookies["sessionid"].value) == 32 and cookies["sessionid"]["httponly"]
    for name in [url("contact"), reverse("enquire_check")]:
        response = visitor.client.get(name)
        assert "no-store" in response["Cache-Control"]
        assert b"localStorage" not in response.content


def test_answers_that_went_with_the_session_are_said_to_be_gone(client, directory):
    client.post(reverse("enquire_step", args=["postcode"]), {"postcode": "NE8 1AA"})
    client.cookies.clear()
    page = client.post(reverse("enquire_step", args=["household"]), {"household": "one"}, follow=True)
    assert "Your answers are no longer here" in page.content.decode()
    assert page.request["PATH_INFO"] == reverse("enquire_too_long")
