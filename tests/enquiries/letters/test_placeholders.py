"""Placeholders: what they give, what is refused, and that nothing else in a template is ever carried out."""

import datetime

import pytest
import time_machine

from enquiries.letters.defaults import defaults
from enquiries.letters.placeholders import PLACEHOLDERS, faults_of, filled, with_examples
from enquiries.models import Applicant, Enquiry
from hub.errors import Refused
from tests.conftest import moment


def test_every_template_of_the_product_may_be_saved_and_names_no_person_in_its_subject():
    shipped = defaults()
    assert {"tried_to_ring", "not_reached", "information_pack", "eoi_invitation", "event_reminder", "closing_letter",
            "not_yet_check_in", "came_back", "visit_confirmed"} <= set(shipped)  # fmt: skip
    for template in shipped.values():
        template.full_clean(exclude=["made_by"], validate_unique=False, validate_constraints=False)
        assert faults_of(template.subject, subject=True) + faults_of(template.body) == [], template.code
        assert "{{" not in with_examples(template.body)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{frist_name}}", "There is no placeholder {{frist_name}}. Did you mean {{first_name}}?"),
        ("{{hub_telephone}}", "{{hub_telephone}}"),
        ("{{ First name }}", "Did you mean {{first_name}}?"),
        ("{{zzzz}}", "There is no placeholder {{zzzz}}."),
        ("{{first_name", "is no placeholder"),
        ("{{first_name|safe}}", "is no placeholder"),
        ("{{enquiry.applicants.all}}", "is no placeholder"),
    ],
)
def test_what_is_no_placeholder_is_named_with_the_nearest(text, said):
    (fault,) = faults_of(text)
    assert said in fault


@pytest.mark.parametrize("name", [name for name, one in PLACEHOLDERS.items() if one.personal])
def test_nothing_about_them_stands_in_a_subject(name):
    assert "take it out of the subject" in faults_of(f"{{{{{name}}}}}", subject=True)[0]
    assert faults_of(f"{{{{{name}}}}}") == []


def test_it_is_filled_in_with_what_we_know(make_enquiry):
    enquiry = make_enquiry()
    said = filled("{{greeting}} {{first_name}}, {{reference}}, {{council}}, {{hub_phone}}, {{own_page}}", enquiry)
    assert said.startswith(f"Hello Amina and Tom, Amina, {enquiry.reference}, Gateshead, 0191 498 0100, http")


def test_what_is_not_known_is_refused_by_name(make_enquiry):
    enquiry = make_enquiry()
    with pytest.raises(Refused, match=r"\{\{callback\}\}.*\{\{worker_name\}\}"):
        filled("We ring you {{callback}}. {{worker_name}}", enquiry)


def test_what_people_typed_is_never_carried_out(make_enquiry):
    enquiry = make_enquiry()
    Applicant.objects.filter(enquiry=enquiry, position=1).update(first_name="{{hub_phone}}{% debug %}")
    assert filled("Hello {{first_name}}", Enquiry.objects.get(pk=enquiry.pk)) == "Hello {{hub_phone}}{% debug %}"
    assert filled("{% debug %} {# x #}", enquiry) == "{% debug %} {# x #}"


def test_moments_are_said_as_people_say_them(make_enquiry):
    enquiry = make_enquiry()
    enquiry.callback_at = moment("2027-01-11 14:00")
    enquiry.hold_until = datetime.date(2027, 3, 1)
    for when, said in [
        ("2026-12-31 23:55", "Monday 11 January 2027 at 2pm"),
        ("2027-01-01 00:05", "Monday 11 January at 2pm"),
    ]:
        with time_machine.travel(moment(when), tick=False):
            assert filled("{{callback}}; {{ask_again}}", enquiry) == f"{said}; March 2027"
