"""Whatever is typed into a page of the journey, it is good or it comes back with a sentence; never anything else."""

import json
import uuid

import pytest
from django.http import QueryDict
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from enquiries.intake.draft import Draft
from enquiries.intake.forms.base import StepForm
from enquiries.intake.forms.equality import EqualityForm
from enquiries.intake.forms.reach import AnotherTimeForm
from enquiries.intake.steps import STEPS
from enquiries.models import Enquiry, HeldSubmission

pytestmark = pytest.mark.django_db

# What earlier pages answered, so that every page, a branch too, has what its words are made of.
BEFORE = {
    "postcode": "NE8 1AA", "out_of_region": False, "situation": "kinship", "age": "under_18", "spare_room": "no",
    "timing": "not_yet", "household": "two", "email": "amina@example.org", "phone": "+447700900123",
    "ways": ["phone", "email"], "situation_next": "go_on",
}  # fmt: skip
NASTY = [
    "", " ", "x" * 300, "🙂👩‍👩‍👧", "\u202eevil\u202c", "\u200f", "a\x00b", "\x1b[31m", "\r\nBcc: a@example.org",
    "'; DROP TABLE hub; --", '=HYPERLINK("http://example.org")', "<script>alert(1)</script>", "{{ 7*7 }}", "%s%n",
    "NE8 1AA", "EH1 1YZ", "+33 1 23 45 67 89", "٢٠٢٦", "on", "yes", "date", "1e9", "-1", "31", "2", "2027", "februar",
    "9" * 40, "amina@example.org", "a@b", "\ud7ff",
]  # fmt: skip
TEXT = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]), max_size=400))


def typed_into(form) -> st.SearchStrategy[dict[str, list[str]]]:
    """Anything at all in every input of the form: text, choices offered and not offered, one or several, or nothing."""
    inputs = form.inputs if isinstance(form, StepForm) else list(form.fields)
    return st.fixed_dictionaries({}, optional={name: _into(form, name) for name in inputs})


def _into(form, name: str) -> st.SearchStrategy[list[str]]:
    offered = [value for value in _flat(getattr(form.fields.get(name), "choices", [])) if value]
    value = st.one_of(st.sampled_from(offered), TEXT) if offered else TEXT
    return st.lists(value, max_size=3)


def _flat(choices) -> list[str]:
    return [
        one
        for value, label in choices
        for one in ([str(inner) for inner, _ in label] if isinstance(label, (list, tuple)) else [str(value)])
    ]


def is_good_or_says_why(form) -> bool:
    """True where the form is good; where it is not, each fault must be a sentence of ours for somebody to read."""
    if form.is_valid():
        return True
    said = [str(text) for texts in form.errors.values() for text in texts]
    assert said
    for text in said:
        assert text[0].isupper() and len(text) > 10, text
        assert not text.startswith(("Ensure ", "This field", "Value ")), text
        assert "%(" not in text and "__" not in text, text
    return False


def as_data(typed: dict[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in typed.items():
        data.setlist(name, values)
    return data


@pytest.fixture
def places(directory):
    return directory


# What it finds is said as it was found: making it small takes longer than all the rest.
SLOWLY = settings(
    max_examples=40, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
@SLOWLY
@given(data=st.data())
def test_every_page(places, step, data):
    empty = step.form(answers=BEFORE)
    typed = as_data(data.draw(typed_into(empty)))
    form = step.form(typed, answers=BEFORE)
    if is_good_or_says_why(form):
        assert all(isinstance(text, str) for row in form.rows() for text in row)
        draft = Draft({})
        draft.keep(step, form)
        kept = json.loads(json.dumps(draft.session))["enquiry_draft"]["answers"][step.name]
        assert step.form(as_data(kept), answers=BEFORE).is_valid()
    assert "</" in str(form)  # drawn again with what was typed


@pytest.mark.parametrize("made", [AnotherTimeForm, EqualityForm])
@SLOWLY
@given(data=st.data())
def test_the_pages_after_sending(places, made, data):
    is_good_or_says_why(made(as_data(data.draw(typed_into(made())))))


@settings(SLOWLY, max_examples=8)
@given(text=TEXT, notes=TEXT, name=TEXT)
def test_whatever_was_accepted_is_taken_in(visitor, text, notes, name):
    """From the page to the confirmation, over HTTP: as an enquiry, or held where it looks like a machine's."""
    before = Enquiry.objects.count() + HeldSubmission.objects.count()
    pages = {
        "your-name": {"first_name": name, "last_name": text},
        "interests": {"interests": ["not_sure"], "message": text},
        "reach": {"ways": ["email"], "notes": notes, "language": text, "adjustments": notes},
    }
    visitor.client.cookies.clear()
    somebody = {"email": f"{uuid.uuid4().hex}@example.org", "phone": ""}
    visitor.fill(contact=somebody, reach={"ways": ["email"]}, calls=None)
    for page, answers in pages.items():
        assert visitor.answer(page, **answers).status_code in (200, 302)
    assert visitor.client.get(reverse("enquire_check")).status_code == 200
    assert visitor.send().url == reverse("enquire_sent")
    assert Enquiry.objects.count() + HeldSubmission.objects.count() == before + 1
    assert "Your reference is" in visitor.client.get(reverse("enquire_sent")).content.decode()
