"""Names without the marks on their letters, as they are looked for: "helene" finds Hélène, "lukasz" finds Łukasz.

What is written here is part of what the database does when people change (name_words.py): a change needs a migration
that makes the words again.
"""

import re

# One letter for one: the database can index no more than that without an extension (so "ß" and "æ" stay).
_MARKED = {
    "a": "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ",
    "b": "ḃḅḇ",
    "c": "çćĉċčḉ",
    "d": "ðďđḋḍḏḑḓ",
    "e": "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ",
    "f": "ḟ",
    "g": "ĝğġģǧǵḡ",
    "h": "ĥħȟḣḥḧḩḫẖ",
    "i": "ìíîïĩīĭįıǐȉȋḭḯỉị",
    "j": "ĵǰ",
    "k": "ķǩḱḳḵ",
    "l": "ĺļľłḷḹḻḽ",
    "m": "ḿṁṃ",
    "n": "ñńņňǹṅṇṉṋ",
    "o": "òóôõöøōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ",
    "p": "ṕṗ",
    "r": "ŕŗřȑȓṙṛṝṟ",
    "s": "śŝşšșṡṣṥṧṩ",
    "t": "ţťțṫṭṯṱẗ",
    "u": "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự",
    "v": "ṽṿ",
    "w": "ŵẁẃẅẇẉẘ",
    "x": "ẋẍ",
    "y": "ýÿŷȳẏẙỳỵỷỹ",
    "z": "źżžẑẓẕ",
}
# Marks typed after the letter.
_APART = "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0323\u0327\u0328"
_FROM = "".join(_MARKED.values())
_TO = "".join(letter * len(marked) for letter, marked in _MARKED.items())
# What stands between words: blanks, marks, the many apostrophes and dashes.
_BETWEEN = r"[\s\u00a0!-/:-@[-`{-~´·\u2010-\u2027]+"
_PLAIN = str.maketrans(_FROM, _TO, _APART)


def plain_words(text: str) -> list[str]:
    """The words of what was typed, in small letters without marks."""
    return re.findall(r"[^\W_]+", text.lower().translate(_PLAIN))


def words_of_column(text: str) -> str:
    """The same of a column, in the database's words: a set of rows, among them empty ones."""
    # What is left out stands at the end, where `translate` has no letter for it.
    return f"regexp_split_to_table(translate(lower({text}), '{_FROM}{_APART}', '{_TO}'), '{_BETWEEN}')"
