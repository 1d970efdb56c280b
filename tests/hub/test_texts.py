"""How long a text message is, as telephones count."""

import pytest

from hub.messages.texts import LONGEST_TEXT, plain_signs, size_of


@pytest.mark.parametrize(
    ("text", "alphabet", "characters", "parts"),
    [
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),  # takes two places
        ("é£@\n", "GSM-7", 4, 1),
        ("ł" * 70, "UCS-2", 70, 1),
        ("ł" * 71, "UCS-2", 71, 2),
        ("🙂", "UCS-2", 2, 1),
        ("a" * 69 + "🙂", "UCS-2", 71, 2),
        ("", "GSM-7", 0, 1),
    ],
)
def test_length_and_parts(text, alphabet, characters, parts):
    size = size_of(text)
    assert (size.alphabet, size.characters, size.parts) == (alphabet, characters, parts)


def test_the_most_that_fits():
    assert size_of("a" * LONGEST_TEXT).fits and not size_of("a" * (LONGEST_TEXT + 1)).fits
    assert size_of("🙂" * 201).fits and not size_of("🙂" * 202).fits


def test_the_odd_sign_is_named_and_signs_of_word_processors_cost_nothing():
    assert size_of("So 🙂 soon 🙂").odd == ("🙂",)
    assert size_of(plain_signs("We’ll – “soon”…")).alphabet == "GSM-7"
