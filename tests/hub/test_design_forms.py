import datetime
import re

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory

from hub.design.forms import (
    DesignDateField,
    DesignForm,
    DesignTimeField,
    EmailField,
    Look,
    NameField,
    PhoneField,
    PostcodeField,
    error_lines,
)


class EnquiryForm(DesignForm):
    looks = {
        "how": Look(
            hints={"phone": "We ring when it suits you"},
            reveals={"phone": ("phone", "at")},
            divider_before="none",
        ),
        "cost": Look(prefix="£", suffix="a week", width="5"),
        "note": Look(count=True),
        "postcode": Look(heading=True, width="10"),
    }

    name = NameField(label="Your full name", help_text="As you like to be called")
    postcode = PostcodeField(label="What is your postcode?")
    how = forms.ChoiceField(
        label="How shall we contact you?",
        widget=forms.RadioSelect,
        choices=[("phone", "Telephone"), ("email", "Email"), ("none", "Do not contact me")],
        error_messages={"required": "Select how we may contact you"},
    )
    phone = PhoneField(required=False)
    at = DesignTimeField(label="Best time", required=False)
    email = EmailField(required=False)
    ways = forms.MultipleChoiceField(
        label="Other ways", widget=forms.CheckboxSelectMultiple, choices=[("sms", "Text")], required=False
    )
    visit = DesignDateField(label="Date of visit")
    council = forms.ChoiceField(label="Council", choices=[("", "Choose"), ("g", "Gateshead")])
    cost = forms.DecimalField(label="Weekly cost", required=False)
    note = forms.CharField(label="Anything else", widget=forms.Textarea, max_length=20, required=False)
    agree = forms.BooleanField(label="I agree")
    letter = forms.FileField(label="Letter", required=False)
    token = forms.CharField(widget=forms.HiddenInput, initial="7", required=False)

    def clean(self):
        self.require_when(self.cleaned_data.get("how") == "phone", "phone", "Enter your number")


GOOD = {
    "name": " Amira  Khan ", "postcode": "ne18qh", "how": "email", "visit_day": "27", "visit_month": "3",
    "visit_year": "2026", "council": "g", "agree": "on",
}  # fmt: skip


def drawn(form, name):
    return form[name].as_field_group()


def test_a_good_answer_is_cleaned():
    form = EnquiryForm(GOOD)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == "Amira Khan"
    assert form.cleaned_data["postcode"] == "NE1 8QH"
    assert form.cleaned_data["visit"] == datetime.date(2026, 3, 27)
    assert form.cleaned_data["phone"] == ""


def test_missing_answers_are_asked_for_in_plain_words():
    errors = {name: messages[0] for name, messages in EnquiryForm({}).errors.items()}
    assert errors == {
        "name": "Enter your full name",
        "postcode": "Enter a postcode, like NE1 8QH",
        "how": "Select how we may contact you",
        "visit": "Enter date of visit",
        "council": "Select council",
        "agree": "Tick “I agree” to continue",
    }


def test_a_wrong_answer_comes_back_as_typed_beside_its_error():
    html = drawn(EnquiryForm({**GOOD, "postcode": "XX <1>"}), "postcode")
    assert 'value="XX &lt;1&gt;"' in html
    assert "govuk-form-group--error" in html
    assert "govuk-input--error" in html
    assert 'aria-describedby="id_postcode_error"' in html
    assert 'aria-invalid="true"' in html
    assert re.search(
        r'<p id="id_postcode_error" class="govuk-error-message">\s*'
        r'<span class="govuk-visually-hidden">Error:</span> Enter a postcode, like NE1 8QH\s*</p>',
        html,
    )


def test_the_hint_is_read_before_the_error():
    html = drawn(EnquiryForm({}), "name")
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert html.index("id_name_helptext") < html.index('id="id_name_error"') < html.index("<input")


def test_no_input_is_required_by_the_browser():
    assert " required" not in str(EnquiryForm())


def test_a_label_may_be_the_heading_of_the_page():
    html = drawn(EnquiryForm(), "postcode")
    assert '<h1 class="govuk-label-wrapper">' in html
    assert "govuk-label--l" in html


def test_optional_fields_say_so_unless_the_form_does_not_want_it():
    class Filter(EnquiryForm):
        mark_optional = False

    assert "Email address (optional)" in drawn(EnquiryForm(), "email")
    assert "Your full name</label>" in drawn(EnquiryForm(), "name")
    assert "(optional)" not in str(Filter())


def test_a_choice_reveals_fields_that_are_drawn_only_there():
    html = str(EnquiryForm({**GOOD, "how": "phone", "phone": ""}))
    assert html.count('name="phone"') == 1
    assert 'data-aria-controls="id_how_0_reveal"' in html
    assert '<div class="govuk-radios__conditional" id="id_how_0_reveal">' in html
    closed = str(EnquiryForm())
    assert '<div class="govuk-radios__conditional govuk-radios__conditional--hidden" id="id_how_0_reveal">' in closed
    assert closed.index('name="phone"') < closed.index('value="email"')


def test_choices_have_hints_and_a_divider():
    html = drawn(EnquiryForm(), "how")
    assert '<div id="id_how_0_hint" class="govuk-hint govuk-radios__hint">We ring when it suits you</div>' in html
    assert html.index('value="email"') < html.index('<div class="govuk-radios__divider">or</div>')
    assert html.index("govuk-radios__divider") < html.index('value="none"')


def test_a_revealed_field_can_be_required_by_the_choice():
    form = EnquiryForm({**GOOD, "how": "phone"})
    assert form.errors["phone"] == ["Enter your number"]
    assert "phone" not in EnquiryForm({**GOOD, "how": "phone", "phone": "07700 900 982"}).errors


def test_the_summary_leads_to_the_first_choice_and_the_wrong_part_of_a_date():
    form = EnquiryForm({"visit_day": "1", "visit_month": "3"})
    form.add_error(None, "These answers do not go together")
    targets = {line["id"]: line["text"] for line in error_lines(form)}
    assert targets["id_how_0"] == "Select how we may contact you"
    assert targets["id_visit_year"] == "Date of visit must include a year"
    assert targets["id_agree"] == "Tick “I agree” to continue"
    html = str(form)
    assert all(f'id="{target}"' in html for target in targets)
    assert error_lines(form)[0] == {"text": "These answers do not go together", "id": "id_name"}


def test_the_summary_follows_the_order_of_the_page():
    order = [line["id"] for line in error_lines(EnquiryForm({}))]
    assert order == ["id_name", "id_postcode", "id_how_0", "id_visit_day", "id_council", "id_agree"]


def test_prefix_suffix_width_and_what_cannot_be_read():
    html = drawn(EnquiryForm({**GOOD, "cost": "lots"}), "cost")
    assert '<div class="govuk-input__prefix" aria-hidden="true">£</div>' in html
    assert "govuk-input--width-5" in html
    assert 'type="text"' in html
    assert 'value="lots"' in html
    assert "Weekly cost must be a number, like 7.5" in html


def test_a_long_text_is_counted():
    html = drawn(EnquiryForm({**GOOD, "note": "x" * 21}), "note")
    assert 'data-module="govuk-character-count"' in html
    assert 'aria-describedby="id_note_error id_note-info"' in html
    assert "Anything else must be 20 characters or fewer" in html


def test_a_hidden_field_has_no_label():
    assert drawn(EnquiryForm(), "token") == '<input type="hidden" name="token" value="7" id="id_token">'


def test_a_form_of_another_package_is_drawn_and_worded_the_same():
    class Foreign(forms.Form):
        email = forms.EmailField(widget=forms.EmailInput(attrs={"placeholder": "Email", "autofocus": True}))
        password = forms.CharField(widget=forms.PasswordInput)

    html = str(Foreign({}))
    assert "Enter email" in html
    assert "placeholder" not in html
    assert "autofocus" not in html
    assert 'data-module="govuk-password-input"' in html
    assert " required" not in html


def test_a_message_chosen_by_the_form_stays():
    class Form(DesignForm):
        name = NameField(error_messages={"required": "Say who you are"})

    assert Form({}).errors["name"] == ["Say who you are"]


# --- dates ---


def date_error(day, month, year, **options):
    class Form(DesignForm):
        visit = DesignDateField(label="Date of visit", **options)

    form = Form({"visit_day": day, "visit_month": month, "visit_year": year})
    return (form.errors["visit"][0], form["visit"].wrong_parts) if form.errors else form.cleaned_data["visit"]


@pytest.mark.parametrize("month", ["2", "02", " 2 ", "feb", "February", "FEB.", "２"])
def test_a_month_may_be_a_number_or_a_name(month):
    assert date_error("29", month, "2028") == datetime.date(2028, 2, 29)


@pytest.mark.parametrize(
    ("typed", "message", "parts"),
    [
        (("29", "2", "2026"), "Date of visit must be a real date", ("day", "month", "year")),
        (("31", "Foo", "2026"), "Date of visit must be a real date", ("day", "month", "year")),
        (("0", "1", "2026"), "Date of visit must be a real date", ("day", "month", "year")),
        (("1", "1", "0000"), "Date of visit must be a real date", ("day", "month", "year")),
        (("1", "", "2026"), "Date of visit must include a month", ("month",)),
        (("1", "", ""), "Date of visit must include a month and year", ("month", "year")),
        (("1", "1", "6"), "Year must include 4 numbers, like 2026", ("year",)),
        (("", "", ""), "Enter date of visit", ("day", "month", "year")),
    ],
)
def test_a_wrong_date_says_which_part(typed, message, parts):
    assert date_error(*typed) == (message, parts)


def test_a_date_that_a_question_asks_for_is_told_of_in_a_sentence():
    class Form(DesignForm):
        until = DesignDateField(label="When shall we ask you again?")

    form = Form({"until_day": "31", "until_month": "2", "until_year": "2027"})
    assert form.errors["until"] == ["The date must be a real date"]


def test_a_date_has_limits_in_words():
    limits = {"earliest": datetime.date(2026, 3, 1), "latest": lambda: datetime.date(2026, 3, 31)}
    assert date_error("28", "2", "2026", **limits)[0] == "Date of visit must be on or after 1 March 2026"
    assert date_error("1", "4", "2026", **limits)[0] == "Date of visit must be on or before 31 March 2026"
    assert date_error("31", "3", "2026", **limits) == datetime.date(2026, 3, 31)


def test_a_date_keeps_what_was_typed_and_shows_what_was_stored():
    wrong = drawn(EnquiryForm({**GOOD, "visit_month": "Foo", "visit_day": "31"}), "visit")
    assert 'value="31"' in wrong
    assert 'value="Foo"' in wrong
    assert '<fieldset class="govuk-fieldset"' in wrong
    assert 'role="group"' in wrong
    stored = drawn(EnquiryForm(initial={"visit": datetime.date(2026, 3, 27)}), "visit")
    assert 'name="visit_day" type="text" inputmode="numeric" value="27"' in stored
    empty = drawn(EnquiryForm(), "visit")
    assert empty.count('value=""') == 3


def test_an_optional_date_may_be_left_out():
    assert date_error("", "", "", required=False) is None


def test_a_date_knows_whether_it_changed():
    same = {"visit_day": "27", "visit_month": "3", "visit_year": "2026"}
    assert "visit" not in EnquiryForm(same, initial={"visit": datetime.date(2026, 3, 27)}).changed_data
    assert "visit" in EnquiryForm(same, initial={"visit": datetime.date(2026, 3, 28)}).changed_data


# --- times, numbers, addresses ---


def cleaned(field, typed):
    class Form(DesignForm):
        answer = field

    form = Form({"answer": typed})
    return form.errors["answer"][0] if form.errors else form.cleaned_data["answer"]


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [("18:00", 18, 0), ("6pm", 18, 0), ("6.30 p.m.", 18, 30), ("0930", 9, 30), ("9:30AM", 9, 30), ("12am", 0, 0),
     ("12pm", 12, 0), ("midday", 12, 0), ("00:05", 0, 5)],
)  # fmt: skip
def test_a_time_as_people_write_it(typed, hour, minute):
    assert cleaned(DesignTimeField(), typed) == datetime.time(hour, minute)


@pytest.mark.parametrize("typed", ["6", "25:00", "13pm", "0pm", "18:60", "evening"])
def test_a_time_that_cannot_be_read(typed):
    assert cleaned(DesignTimeField(label="Best time"), typed) == "Best time must be a time, like 9:30am or 18:00"


def test_a_telephone_number():
    message = "Enter a telephone number, like 01632 960 001, 07700 900 982 or +44 808 157 0192"
    assert cleaned(PhoneField(), "07700\u00a0900 982") == "+447700900982"
    assert cleaned(PhoneField(), "ring me") == message
    assert cleaned(PhoneField(), "") == message
    assert cleaned(PhoneField(required=False), "") == ""


def test_an_email_address():
    wrong = "Enter an email address in the correct format, like name@example.org"
    assert cleaned(EmailField(), " amira@example.org ") == "amira@example.org"
    assert cleaned(EmailField(), "amira") == wrong
    assert cleaned(EmailField(), "a" * 250 + "@example.org") == wrong
    html = drawn(EnquiryForm(), "email")
    assert 'autocomplete="email"' in html
    assert 'spellcheck="false"' in html


# --- components ---


def render(source, **context):
    return Template("{% load design %}" + source).render(Context(context))


def test_what_a_block_encloses_is_escaped_once():
    html = render(
        '{% summary_list %}{% row "Name" change="/x" %}{{ name }}{% endrow %}{% endsummary_list %}', name="<b>&"
    )
    assert "&lt;b&gt;&amp;" in html
    assert '<a class="govuk-link" href="/x">Change<span class="govuk-visually-hidden"> name</span></a>' in html


def test_an_empty_row_says_so():
    assert "Not given" in render('{% row "Email" %}{% endrow %}')


def test_a_voided_fact_is_struck_through_and_says_so():
    html = render('{% timeline_item "Visit" voided="Wrong enquiry" %}{% endtimeline_item %}')
    assert "<s>Visit</s>" in html
    assert "Voided: </span>" in html
    assert "Wrong enquiry" in html


def test_an_action_is_posted_with_its_token_and_hidden_values():
    request = RequestFactory().get("/")
    html = render('{% action_button "/accept" "Accept" version=3 %}', request=request)
    assert '<form class="hub-action" method="post" action="/accept">' in html
    assert "csrfmiddlewaretoken" in html
    assert '<input type="hidden" name="version" value="3">' in html


@pytest.mark.parametrize(
    ("time", "words"),
    [((9, 0), "9am"), ((17, 30), "5:30pm"), ((12, 0), "midday"), ((0, 0), "midnight"), ((12, 5), "12:05pm")],
)
def test_a_time_of_day_in_words(time, words):
    assert render("{{ time|clock }}", time=datetime.time(*time)) == words


@pytest.mark.parametrize("name", ["WIN 500 http://spam.example/x", "www.spam.test", "Ann spam.com"])
def test_a_name_carries_no_web_address(name):
    with pytest.raises(forms.ValidationError, match="without a web address"):
        NameField().clean(name)


@pytest.mark.parametrize("name", ["St. John", "O’Brien-Smith", "J.R.R.", "María José", "Nguyễn"])
def test_names_as_people_have_them(name):
    assert NameField().clean(name) == name


@pytest.mark.parametrize(("year", "birthday", "meant"), [("26", False, 2026), ("2027", False, 2027), ("26", 1, None)])
def test_two_figures_of_a_year_are_enough_but_for_a_birthday(year, birthday, meant):
    field = DesignDateField(birthday=birthday)
    typed = {"day": "3", "month": "4", "year": year}
    if meant:
        assert field.clean(typed) == datetime.date(meant, 4, 3)
    else:
        with pytest.raises(forms.ValidationError, match="4 numbers"):
            field.clean(typed)
