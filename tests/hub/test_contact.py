import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.contact import format_phone, has_web_address, normalise_phone, normalise_postcode


@pytest.mark.parametrize(
    "typed",
    ["NE1 8QH", "ne18qh", "NE18QH", " ne1  8qh ", "NE1\u00a08QH", "NE1-8QH", "NE18 QH", "n e 1 8 q h", "NE1 8QH.",
     "ＮＥ１ ８ＱＨ", "\u200bNE1 8QH\ufeff", "ne1\t8qh\n"],
)  # fmt: skip
def test_one_postcode_however_typed(typed):
    assert normalise_postcode(typed) == "NE1 8QH"


@pytest.mark.parametrize("postcode", ["M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 0AX", "EC1A 1BB", "SW1A 1AA"])
def test_every_form_that_postcodes_have(postcode):
    assert normalise_postcode(postcode) == postcode


@pytest.mark.parametrize(
    "typed",
    ["", " ", "NE1", "8QH", "NE1 8Q", "NE1 8QHX", "QE1 8QH", "NE1 8CI", "1NE 8QH", "12345", "Leeds", "NE1 88H"],
)
def test_what_is_no_postcode(typed):
    with pytest.raises(ValueError, match="postcode"):
        normalise_postcode(typed)


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("01632 960 001", "+441632960001"),
        ("07700 900 982", "+447700900982"),
        ("07700\u00a0900\u00a0982", "+447700900982"),
        ("(0191) 498-0123", "+441914980123"),
        ("+44 (0)191 498 0123", "+441914980123"),
        ("+44 808 157 0192", "+448081570192"),
        ("00447700900982", "+447700900982"),
        ("7700900982", "+447700900982"),
        ("０７７００ ９００９８２", "+447700900982"),
        ("+33 1 23 45 67 89", "+33123456789"),
        ("07700 900982 ext 3", "+447700900982"),
    ],
)
def test_one_number_however_typed(typed, e164):
    assert normalise_phone(typed) == e164


@pytest.mark.parametrize("typed", ["", "ring me", "07", "0770090098212345", "+999 1234567", "a@example.org"])
def test_what_is_no_telephone_number(typed):
    with pytest.raises(ValueError, match="telephone number"):
        normalise_phone(typed)


@pytest.mark.parametrize(
    ("e164", "written"),
    [
        ("+441632960001", "01632 960001"),
        ("+447700900982", "07700 900982"),
        ("+33123456789", "+33 1 23 45 67 89"),
        ("not a number", "not a number"),
        ("", ""),
    ],
)
def test_numbers_are_written_as_people_here_dial_them(e164, written):
    assert format_phone(e164) == written


@given(st.text(max_size=40))
def test_any_text_gives_a_stable_answer_or_a_value_error(text):
    for normalise in (normalise_postcode, normalise_phone):
        try:
            once = normalise(text)
        except ValueError:
            continue
        assert normalise(once) == once


@pytest.mark.parametrize(
    ("typed", "has_one"),
    [
        ("www.example.org", True),
        ("https://x", True),
        ("Win at casino-7.com now", True),
        ("Zoë O’Brien-Smith", False),
        ("St. John", False),
        (".com", False),
        ("J.R. Ukwu", False),
    ],
)
def test_a_name_with_a_web_address_in_it(typed, has_one):
    assert has_web_address(typed) is has_one


@pytest.mark.parametrize("letter", ["x", "x-", "x.", " ", "é"])
def test_a_name_of_a_million_letters_is_read_in_no_time(letter):
    """Anybody may send one, before we know how long it may be: it must not hold up everybody else for hours."""
    assert not has_web_address(letter * 1_000_000)
