"""Two enquiries compared: what speaks for one household, what against, and when it is enough."""

import datetime

import pytest

from enquiries.duplicates.keys import Household, Someone, keys_of, keys_sought_for, normal_email
from enquiries.duplicates.scoring import compare

PHONE, OTHER_PHONE, EMAIL = "+447700900123", "+447700900888", "sam.okafor@example.org"
BORN = datetime.date(1984, 5, 12)


def one(first="Sam", last="Okafor", email=EMAIL, phone=PHONE, born_on=None, postcode="NE8 1AA", partner=None):
    people = [Someone(first, last, email, phone, born_on)]
    return Household((*people, *([Someone(*partner)] if partner else [])), postcode)


SAME = {
    "everything": (one(), one()),
    "another spelling of Łukasz": (one("Łukasz", "Żak", email=""), one("Lukasz", "Zak", email="")),
    "Muhammad and Mohammed": (one("Muhammad", "Hussain", email=""), one("Mohammed", "Husain", email="")),
    "O'Brien without its mark": (one("Aoife", "O'Brien", phone=""), one("Aoife", "OBrien", phone="")),
    "one of two last names": (one("Jane", "Smith-Carr"), one("Jane", "Carr", phone="")),
    "names swapped": (one("Wei", "Zhang", email=""), one("Zhang", "Wei", email="")),
    "married since": (one("Beth", "Ellis"), one("Beth", "Kirk")),
    "born the same day under another last name": (
        one("Beth", "Ellis", email="", born_on=BORN), one("Beth", "Kirk", email="", phone="", born_on=BORN)
    ),
    "short form": (one("Liz", "Reay", phone=""), one("Elizabeth", "Reay", phone=OTHER_PHONE)),
    "a digit of the telephone": (one(email=""), one(email="", phone="+447700900128")),
    "a letter of the email": (one(phone=""), one(phone="", email="sam.okafar@example.org")),
    "moved house": (one(email=""), one(email="", postcode="SR1 1AA")),
    "a couple the other way round": (
        one("Ana", "Pop", email="", phone="", partner=("Jon", "Hale")),
        one("Jon", "Hale", email="", phone="", partner=("Ana", "Pop")),
    ),
    "one of a couple by themselves": (one("Ana", "Pop", partner=("Jon", "Hale", "", PHONE)), one("Jon", "Hale")),
    "no name, two ways to reach them": (one("", ""), one()),
}  # fmt: skip
DIFFERENT = {
    "mother and daughter": (one("Mary", "Quinn"), one("Orla", "Quinn")),
    "father and son of one name": (
        one("John", "Reed", born_on=BORN), one("John", "Reed", born_on=datetime.date(2003, 1, 2))
    ),
    "twins": (one("Jane", "Reed", born_on=BORN), one("Jean", "Reed", born_on=BORN)),
    "a common name in one district": (
        one("Mohammed", "Khan", email="", phone="", postcode="NE4 5AA"), one("Mohammed", "Khan", email="", phone="",
                                                                            postcode="NE4 9XX")
    ),
    "neighbours": (one("Ann", "Bell", "", ""), one("Tom", "Ford", "", "")),
    "the office's mailbox": (
        one("Ann", "Bell", "info@example.org", ""), one("Ann", "Ford", "info@example.org", "", postcode="SR1 1AA")
    ),
    "a telephone alone": (one("Ann", "Bell", ""), one("Ann", "Ford", "", postcode="SR1 1AA")),
    "nothing but a telephone": (one("", "", ""), one("", "", "", postcode="SR1 1AA")),
}  # fmt: skip


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_one_household(pair):
    for a, b in (pair, pair[::-1]):
        assert compare(a, b).shown, compare(a, b)


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_one_household_is_found_by_a_key(pair):
    for a, b in (pair, pair[::-1]):
        assert keys_sought_for(a) & keys_of(b)


@pytest.mark.parametrize("pair", DIFFERENT.values(), ids=DIFFERENT)
def test_two_households(pair):
    for a, b in (pair, pair[::-1]):
        assert not compare(a, b).shown, compare(a, b)
        assert not compare(a, b).certain


def test_reasons_are_plain_words_for_and_against():
    likeness = compare(one(), one(last="Okafar", postcode="SR1 1AA"))
    assert likeness.reasons == [
        "Same email", "Same telephone", "Same first name", "Last names differ by one letter", "But different postcodes",
    ]  # fmt: skip


def test_the_order_of_the_two_does_not_matter():
    for a, b in (*SAME.values(), *DIFFERENT.values()):
        assert compare(a, b).score == compare(b, a).score


def test_what_many_share_weighs_less():
    rare, shared = compare(one(email=""), one(email="")), compare(one(email=""), one(email=""), lambda key: 60)
    assert rare.score > shared.score
    office = one("Ann", "Bell", email=""), one("Ann", "Ford", email="")
    assert compare(*office).shown
    assert not compare(*office, lambda key: 60).shown


def test_certain_is_only_the_very_person():
    assert compare(one(), one(phone="")).certain
    assert not compare(one(), one(last="Okafar")).certain
    assert not compare(one(email=""), one(email="", phone=OTHER_PHONE)).certain
    assert not compare(one(born_on=BORN), one(born_on=BORN.replace(year=1950))).certain
    assert not compare(one(partner=("Joy", "Okafor")), one(partner=("Eve", "Okafor"))).certain


@pytest.mark.parametrize(
    ("written", "mailbox"),
    [
        ("Sam.Okafor+fostering@GoogleMail.com", "samokafor@gmail.com"),
        ("Sam.Okafor@Example.org", "sam.okafor@example.org"),
        ("none", ""),
        ("+@example.org", "+@example.org"),
    ],
)
def test_the_mailbox_behind_an_address(written, mailbox):
    assert normal_email(written) == mailbox


def test_odd_names_are_compared_without_fault():
    for name in ("", "'", "—", "山田", "\u202eevil", "Mr", "x" * 300, "=1+1", "💚"):
        assert 0 <= compare(one(name, name), one("Sam", name)).score <= 1
        assert keys_of(one(name, name))
