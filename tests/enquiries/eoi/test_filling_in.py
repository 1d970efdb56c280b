"""Filling it in part by part: what is sound is kept, what was typed is never lost, two at once take turns."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from enquiries.casework.services import change_people
from enquiries.eoi.sections import BY_CODE, SECTIONS, Expression
from enquiries.eoi.services import save_part
from enquiries.intake.services import Person
from enquiries.models import Consent, Enquiry, EoiSection, PostalAddress
from hub.errors import Refused
from tests.enquiries.eoi.filled import TYPED, fill_in_all, fill_in_part, typed_for


@pytest.fixture
def enquiry(make_enquiry):
    return make_enquiry("in_touch", interests=["teenagers"])


def save(enquiry, key, typed, *, by=None, **options):
    form = Expression(enquiry).part(key).form(typed)
    form.is_valid()
    given = {**form.details(), **options}
    return save_part(enquiry=enquiry, key=key, by=by, recorder="person" if by else "enquirer", **given)


def test_the_parts_of_a_couple_in_order(enquiry):
    titles = [(title, [part.key for part in parts]) for title, parts in Expression(enquiry).groups]
    assert titles == [
        ("Household", ["household", "home", "children", "pets"]),
        ("Amina", ["work-1", "health-1", "experience-1"]),
        ("Tom", ["work-2", "health-2", "experience-2"]),
        ("Fostering", ["fostering", "checks", "last"]),
    ]


def test_from_not_started_to_completed(enquiry):
    assert {part.status for part in Expression(enquiry).parts} == {"Not started"}
    fill_in_part(enquiry, "home", bedrooms="")
    home = Expression(enquiry).part("home")
    assert home.status == "In progress" and "bedrooms" not in home.answers and home.answers["tenure"] == "rent"
    fill_in_part(enquiry, "home")
    assert Expression(enquiry).part("home").status == "Completed"
    expression = fill_in_all(enquiry)
    assert expression.is_complete and (expression.done, expression.needed) == (12, 12)


def test_who_filled_in_what_and_when_is_kept(enquiry, worker):
    fill_in_part(enquiry, "pets", which="")
    row = fill_in_part(enquiry, "pets", by=worker, recorder="person")
    assert (row.version, row.who) == (2, "Ruth Worker")
    kept = row.events.order_by("pgh_id").values_list("version", "recorder", "complete")
    assert list(kept) == [(1, "enquirer", False), (2, "person", True)]


def test_nobody_is_asked_what_they_have_said(enquiry):
    form = Expression(enquiry).part("fostering").form()
    assert form["interests"].value() == ["teenagers"]
    PostalAddress.objects.create(enquiry=enquiry, lines="12 Quarry Bank")
    home = Expression(enquiry).part("home").form()
    assert (home["spare_room"].value(), home["address"].value()) == ("yes", "12 Quarry Bank")
    fill_in_part(enquiry, "fostering")
    enquiry.refresh_from_db()
    assert enquiry.interests == ["short_term", "siblings"]


def test_what_they_said_before_stays_told_where_they_say_otherwise(make_enquiry, worker):
    enquiry = make_enquiry("in_touch", spare_room="yes")
    fill_in_part(enquiry, "home", spare_room="no")
    fact = enquiry.activities.get(kind="details_changed")
    assert (fact.note, fact.recorder) == ("Spare room: No (before: Yes)", "enquirer")
    fill_in_part(enquiry, "home", by=worker, recorder="person", bedrooms="4", spare_room="no")
    assert enquiry.activities.filter(kind="details_changed").count() == 1
    fill_in_part(enquiry, "home", by=worker, recorder="person", spare_room="yes")
    assert enquiry.activities.filter(kind="details_changed", recorded_by=worker).count() == 1
    seen = enquiry.version
    enquiry.refresh_from_db()
    assert (enquiry.spare_room, enquiry.version) == ("yes", seen)


def test_people_are_told_row_by_row(enquiry):
    fill_in_part(enquiry, "household", name_3="", age_3="")
    part = Expression(enquiry).part("household")
    assert part.answers["people"][0] == {"name": "Ben", "age": 14, "relation": "son", "stays": "lives"}
    assert [one.answer for one in part.said] == [
        "Yes", "Ben, 14, son, they live here", "Joy, 71, my mother, they stay often"
    ]  # fmt: skip
    assert part.form(one_more=True).places == 3
    fill_in_part(enquiry, "household", name_1="", age_1="", relation_1="", stays_1="")
    assert [row["name"] for row in Expression(enquiry).part("household").answers["people"]] == ["Joy"]
    fill_in_part(enquiry, "household", others="no")
    assert Expression(enquiry).part("household").answers == {"others": "no"}


WRONG = [
    ("household", {"age_1": "-1"}, "Age must be 0 or more"),
    ("household", {"age_1": "a baby"}, "Age must be a whole number, like 14"),
    ("household", {"age_1": "9" * 5000}, "Age must be a whole number, like 14"),
    ("household", {"stays_1": ""}, "Select if they live here or stay often"),
    ("home", {"bedrooms": "99"}, "The number of bedrooms must be 20 or less"),
    ("home", {"landlord": ""}, "Select who you rent from"),
    ("home", {"address": "x" * 251}, "Your address must be 250 characters or fewer"),
    ("home", {"tenure": "castle"}, "Select one of the choices offered"),
    ("work-1", {"hours": "101"}, "Hours in a week must be 100 or less"),
    ("health-2", {"words": ""}, "Enter in a sentence what we should know"),
    ("experience-1", {"kinds": ["none", "own"]}, "Select your experience, or “None of these yet”, not both"),
    ("fostering", {"how_many": "99"}, "Select one of the choices offered"),
    ("checks", {"agree": ""}, "Select if you agree that checks are made"),
]


@pytest.mark.parametrize(("key", "changes", "said"), WRONG)
def test_what_is_wrong_is_said_and_the_rest_is_kept(enquiry, key, changes, said):
    form = Expression(enquiry).part(key).form(typed_for(key, **changes))
    [name] = changes
    [shown] = [field for field in form if field.name == name]
    assert shown.errors == [said]
    save(enquiry, key, typed_for(key, **changes))
    part = Expression(enquiry).part(key)
    assert not part.is_complete
    left = {name for name in part.held.answers if name in form.fields}
    assert left == {name for name in form.base_fields if form.cleaned_data.get(name) not in (None, "", [])} - {
        "version"
    }


def test_more_people_than_there_is_room_for(enquiry):
    rows = {f"{name}_{n}": value for n in range(1, 100) for name, value in
            (("name", f"Child {n}"), ("age", "3"), ("relation", "child"), ("stays", "lives"))}  # fmt: skip
    form = Expression(enquiry).part("household").form({"version": 0, "others": "yes", **rows})
    assert form.is_valid() and form.places == 12 and not form.may_add
    assert len(form.sound()["people"]) == 12


def test_what_was_told_before_the_question_was_answered_is_kept(enquiry):
    people = {"name_1": "Ben", "age_1": "14", "relation_1": "son", "stays_1": "lives"}
    save(enquiry, "household", {"version": 0, **people})
    part = Expression(enquiry).part("household")
    assert not part.is_complete and part.answers == {
        "people": [{"name": "Ben", "age": 14, "relation": "son", "stays": "lives"}]
    }
    save(enquiry, "household", {"version": 1, "others": "no", **people})
    assert Expression(enquiry).part("household").answers == {"others": "no"}
    save(enquiry, "pets", {"version": 0, "which": "A cat"})
    assert Expression(enquiry).part("pets").answers == {"which": "A cat"}
    save(enquiry, "pets", {"version": 1, "pets": "no", "which": "A cat"})
    assert Expression(enquiry).part("pets").answers == {"pets": "no"}


def test_a_row_with_an_impossible_number_is_no_row(enquiry):
    form = Expression(enquiry).part("household").form({"version": 0, "others": "no", f"age_{'9' * 5000}": "3"})
    assert form.is_valid() and form.places == 1


def test_characters_that_nobody_sees_or_that_turn_ours_are_left_out(enquiry):
    fill_in_part(enquiry, "pets", which="A dog\x00\x07 \u202eneddih 🐕 שלום")
    assert Expression(enquiry).part("pets").answers["which"] == "A dog neddih 🐕 שלום"


def test_two_at_once_take_turns(enquiry, worker):
    save(enquiry, "pets", typed_for("pets", 0), by=worker)
    save(enquiry, "pets", typed_for("pets", 0))  # the same answers are one, whoever sends them
    with pytest.raises(Refused, match=r"Ruth Worker saved this part on .* while you had it open"):
        save(enquiry, "pets", typed_for("pets", 0, which="A cat"))
    assert Expression(enquiry).part("pets").answers["which"] == "Biscuit, an old dog"
    assert EoiSection.objects.get().version == 1


def test_checks_are_kept_in_the_ledger_with_their_words(enquiry, worker):
    fill_in_part(enquiry, "checks")
    fill_in_part(enquiry, "checks")
    entry = Consent.objects.get(purpose="checks")
    assert entry.given and entry.channel == "web" and "Disclosure and Barring Service" in entry.wording
    form = Expression(enquiry).part("checks").form({"version": 2, "agree": "no"}, staff=True)
    assert form.errors == {"channel": ["Select how they told us"]}
    save(enquiry, "checks", {"version": 2, "agree": "no"}, by=worker, channel="phone")
    latest = Consent.objects.filter(purpose="checks").first()
    assert (latest.given, latest.channel, latest.recorded_by) == (False, "phone", worker)


def test_no_part_asks_for_offences_or_documents():
    words = " ".join(
        f"{field.label} {field.help_text}" for section in SECTIONS for field in section.form.base_fields.values()
    )
    assert not [word for word in ("offence", "conviction", "criminal", "medicine", "diagnos") if word in words.lower()]


@pytest.mark.parametrize("stage", ["eoi", "ready", "handed_over", "closed"])
def test_what_was_submitted_is_frozen_for_the_people(make_enquiry, stage, worker):
    with pytest.raises(Refused, match="cannot be changed"):
        fill_in_part(make_enquiry(stage), "pets")
    with pytest.raises(Refused, match="was submitted"):
        fill_in_part(make_enquiry(stage), "pets", by=worker, recorder="person")


def test_a_manager_may_correct_it_while_it_is_with_us(make_enquiry, manager, gateshead_worker):
    assert fill_in_part(make_enquiry("eoi"), "pets", by=manager, recorder="person").complete
    for stage, person in (("handed_over", manager), ("in_touch", gateshead_worker)):
        with pytest.raises(Refused):
            fill_in_part(make_enquiry(stage), "pets", by=person, recorder="person")


@given(st.data())
@pytest.mark.parametrize("code", list(TYPED))
def test_whatever_is_typed_is_answered_and_what_is_kept_can_be_shown_again(code, data):
    from enquiries.models import Applicant, Enquiry

    enquiry = Enquiry(pk=1, reference="ABCD-2345")
    enquiry._prefetched_objects_cache = {"applicants": [Applicant(position=1, first_name="Amina")]}
    form = BY_CODE[code].form
    names = [*form.base_fields, *(f"{name}_{n}" for n in "12" for name in (form.rows.fields if form.rows else ()))]
    typed = data.draw(st.dictionaries(st.sampled_from(names), st.lists(st.text(max_size=20), max_size=3)))
    posted = QueryDict(mutable=True)
    for name, values in typed.items():
        posted.setlist(name, values)
    posted["version"] = "0"
    sent = form(posted, enquiry=enquiry, answers={})
    sent.is_valid()
    kept = sent.sound()
    again = form(enquiry=enquiry, answers=kept)
    assert again.places >= len(again.held_rows)
    assert [field.as_field_group() for group in again.groups for field in group.fields]


@pytest.mark.parametrize(
    ("first", "last", "kept"),
    [("Tomas", "Reed", True), ("Tom", "Okafor", True), ("Grace", "Okafor", False)],
    ids=["a slip put right", "a marriage", "somebody else"],
)
def test_nobody_is_given_what_another_said_of_themselves(first, last, kept, make_enquiry, worker):
    people = [Person("Amina", "Khalid"), Person("Tom", "Reed")]
    enquiry = make_enquiry("in_touch", applicants=people)
    fill_in_all(enquiry, by=worker, recorder="person")
    now = [people[0], Person(first, last)]
    change_people(enquiry=enquiry, by=worker, people=now, postcode=enquiry.postcode)
    fresh = Expression(Enquiry.objects.get(pk=enquiry.pk))
    assert bool(fresh.part("health-2").said) is kept and fresh.part("health-1").said
    told = enquiry.activities.filter(note__contains="said of the person before")
    assert told.exists() is not kept
