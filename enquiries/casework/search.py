"""Finding an enquiry by what a caller says: reference, name, telephone, email or postcode, however typed."""

import datetime
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from math import prod
from string import ascii_lowercase

from django.db import connection
from django.db.models import BigIntegerField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Reverse

from enquiries.casework.orders import with_what_rows_show
from enquiries.duplicates.keys import Someone, name_keys
from enquiries.models import EnquiryQuerySet, HouseholdKey, NameWord
from enquiries.models.plain_letters import plain_words
from hub.contact import normalise_phone, normalise_postcode

MOST_SHOWN = 50
SLIPS_OF = range(4, 31)  # letters: of three nearly every name is a slip, and no name is as long as the last
MOST_WORDS = 4
FEWEST_DIGITS = 7  # of a telephone number: libphonenumber takes letters for the keys they stand on, "Khalid1000" too
FEWEST_LAST_DIGITS = 6  # of fewer too many numbers would end so
_DIGITS = re.compile(r"[0-9 ()+.-]+")
_REFERENCE = re.compile(r"([A-Z]{4})[\s-]*([0-9]{4})")

_WHOSE = ExpressionWrapper(F("enquiry_id") + Value(0), BigIntegerField())
MOST_WAYS = 12  # in which what was typed may be one's names: of more all who bear one of them are read
_BORNE = """
    SELECT sought FROM unnest(%s::text[]) AS sought
    CROSS JOIN LATERAL (SELECT FROM enquiries_nameword WHERE word = sought LIMIT 1) AS borne
"""
# From one word to the next by the index, however many bear it. No letter comes after the last that there is.
_BEGUN = """
    SELECT place, begun.word FROM unnest(%(words)s::text[]) WITH ORDINALITY AS typed (word, place)
    CROSS JOIN LATERAL (
        WITH RECURSIVE following AS (
            (
                SELECT word FROM enquiries_nameword
                WHERE word >= typed.word AND word < typed.word || chr(1114111) ORDER BY word LIMIT 1
            )
            UNION ALL
            SELECT (
                SELECT word FROM enquiries_nameword
                WHERE word > following.word AND word < typed.word || chr(1114111) ORDER BY word LIMIT 1
            )
            FROM following WHERE following.word IS NOT NULL
        )
        SELECT word FROM following WHERE word IS NOT NULL LIMIT %(most)s
    ) AS begun
"""


def as_sought(typed: str) -> str:
    """What was typed as it is looked for: one line, nothing that the database cannot read, no longer than any name."""
    return " ".join(typed.replace("\x00", "").split())[:254]


def found(enquiries: EnquiryQuerySet, text: str) -> list:
    """The newest that the text (`as_sought`) names, at most one more than are shown, so that the page can say there are
    others.

    A reference, email, number or postcode is read as that only; of a number its last digits are enough. Whoever is
    found by no spelling of the name is looked for by sound, then by names of which each word may be a slip.
    """
    if reference := _REFERENCE.fullmatch(text.upper()):
        return _newest(enquiries.filter(reference=f"{reference[1]}-{reference[2]}"), enquiries)
    if "@" in text:
        return _newest(
            enquiries.filter(pk__in=enquiries.filter(applicants__email__iexact=text).values("pk")), enquiries
        )
    ways = _by_number(text)
    if ways and (rows := _newest(enquiries.filter(pk__in=enquiries.filter(ways).values("pk")), enquiries)):
        return rows
    if _DIGITS.fullmatch(text) and len(digits := re.sub("[^0-9]", "", text)) >= FEWEST_LAST_DIGITS:
        return _newest(enquiries.filter(pk__in=_by_last_digits(enquiries, digits)), enquiries)
    if ways:
        return []
    for whose in (_by_name, _by_sound, _by_slips):
        if rows := _newest_of(whose(text), enquiries):
            return rows
    return []


def shown_again(enquiries: EnquiryQuerySet, pks: list[int]) -> list:
    """Those that a search found a moment ago, in its order; who may no longer be seen is left out."""
    rows = {one.pk: one for one in with_what_rows_show(enquiries).filter(pk__in=pks)}
    return [rows[pk] for pk in pks if pk in rows]


def _newest(those: EnquiryQuerySet, enquiries: EnquiryQuerySet) -> list:
    shown = with_what_rows_show(those)
    # Said as a sum, or the database walks all enquiries by date on the look-out for a name that is rare.
    newest = (F("received_at") + Value(datetime.timedelta())).desc()
    rows = list(shown.order_by(newest, "-pk")[: MOST_SHOWN + 1])
    return _where_they_go_on(rows, enquiries)


def _newest_of(theirs: list[QuerySet], enquiries: EnquiryQuerySet) -> list:
    """Of those whose words or keys these are: where more are found than shown, those that were recorded last."""
    # The ids alone first, from an index: of a common name tens of thousands would be fetched only to be sorted.
    pks = _last(theirs)
    if len(pks) > MOST_SHOWN and enquiries.filter(pk__in=pks).count() < len(pks):
        pks = _last([some.filter(enquiry__in=enquiries) for some in theirs])  # not all are for this person to see
    return _newest(enquiries.filter(pk__in=pks), enquiries) if pks else []


def _last(theirs: list[QuerySet]) -> list[int]:
    most = (MOST_SHOWN + 1) * MOST_WORDS  # of one couple several words may match
    parts = [some.order_by("-whose").values_list("whose", flat=True)[:most] for some in theirs]
    pks = list(parts[0]) if len(parts) == 1 else []
    if len(parts) > 1:
        pks = list(parts[0].union(*parts[1:], all=True).order_by("-whose")[:most])
    return list(dict.fromkeys(pks))[: MOST_SHOWN + 1]


def _where_they_go_on(rows: list, enquiries: EnquiryQuerySet) -> list:
    """Instead of a merged enquiry the one that it was merged into, each once."""
    into = {row.merged_into_id for row in rows if row.merged_into_id}
    if not into:
        return rows
    found = {one.pk: one for one in with_what_rows_show(enquiries).filter(pk__in=into)}
    going_on = {row.merged_into_id or row.pk: found.get(row.merged_into_id, row) for row in rows}
    return list(going_on.values())


def _by_number(text: str) -> Q:
    """By postcode or telephone number; nothing where the text has the form of neither."""
    ways, digits = Q(), sum(letter.isdigit() for letter in text)
    if digits:
        with suppress(ValueError):
            ways |= Q(postcode=normalise_postcode(text))
    if digits >= FEWEST_DIGITS and not any(letter.isalpha() for letter in text):
        with suppress(ValueError):
            ways |= Q(applicants__phone=normalise_phone(text))
    return ways


def _by_last_digits(enquiries: EnquiryQuerySet, digits: str) -> QuerySet:
    """Whose number ends so: what stands on a display, or is remembered. By the index on the number read backwards."""
    ends = enquiries.annotate(backwards=Reverse("applicants__phone")).filter(backwards__startswith=digits[::-1])
    return ends.order_by().values("pk")


@dataclass(frozen=True)
class _Typed:
    """A word as it was typed: what names it may stand for, and how that is asked where they are too many."""

    names: list[str]
    asked: Q


def _by_name(text: str) -> list[QuerySet]:
    """Each word begins a name of either applicant: "amina tom" finds the couple, "kha" Khalid, "helene" Hélène."""
    return _bearing(_beginnings(plain_words(text)))


def _by_slips(text: str) -> list[QuerySet]:
    """By names with one slip in each word: a letter too many, too few or another, or two in the other order.

    All that a word may be a slip of is looked up in the index on the words: no list of names is kept for it.
    """
    if any(letter.isdigit() for letter in text) or "@" in text:
        return []
    words = plain_words(text)[:MOST_WORDS]
    short = iter(_beginnings([word for word in words if len(word) not in SLIPS_OF]))
    return _bearing([_slipped(word) if len(word) in SLIPS_OF else next(short) for word in words])


def _by_sound(text: str) -> list[QuerySet]:
    """By first and last name as they sound, for who is found by no spelling: "helene backer" is Hélène Bäcker."""
    first, _, last = text.partition(" ")
    keys = name_keys(Someone(first_name=first, last_name=last))
    return [HouseholdKey.objects.annotate(whose=_WHOSE).filter(key__in=keys)]


def _bearing(typed: list[_Typed]) -> list[QuerySet]:
    """The words of whoever has a name for each that was typed: for each way of reading them by itself, so that of a
    name that tens of thousands bear the index gives the newest few, and no other is read."""
    ways = prod(len(one.names) for one in typed)
    if not typed or not ways:
        return []
    if ways > MOST_WAYS:
        return [_with_each(one.asked for one in typed)]
    return [_with_all(names) for names in product(*(one.names for one in typed))]


def _with_all(names: Iterable[str]) -> QuerySet:
    """One word for each enquiry that has every one of these names."""
    theirs = NameWord.objects.none()
    for place, name in enumerate(names):
        besides = {"enquiry__in": theirs.values("enquiry")} if place else {}
        theirs = NameWord.objects.annotate(whose=F("enquiry_id")).filter(word=name, **besides)
    return theirs


def _with_each(words: Iterable[Q]) -> QuerySet:
    """The words of whoever has every one of these."""
    theirs = NameWord.objects.annotate(whose=_WHOSE).none()
    for place, word in enumerate(words):
        # By the sum: each word's are read in one go, where the database would look up one by one those of another.
        besides = {"whose__in": theirs.values("whose")} if place else {}
        theirs = NameWord.objects.annotate(whose=_WHOSE).filter(word, **besides)
    return theirs


def _beginnings(words: list[str]) -> list[_Typed]:
    """For each word the names that begin so; of very many only so many that they are known to be."""
    names: list[list[str]] = [[] for _ in words]
    with connection.cursor() as cursor:
        cursor.execute(_BEGUN, {"words": words, "most": MOST_WAYS + 1})
        for place, name in cursor.fetchall():
            names[place - 1].append(name)
    return [_Typed(some, Q(word__startswith=word)) for word, some in zip(words, names, strict=True)]


def _slipped(word: str) -> _Typed:
    """The names of which it may be a slip: one or two of hundreds, and each costs one look into the index."""
    with connection.cursor() as cursor:
        cursor.execute(_BORNE, [sorted(slips_of(word))])
        names = [name for (name,) in cursor.fetchall()]
    return _Typed(names, Q(word__in=names))


def slips_of(word: str) -> set[str]:
    """The words of which it may be a slip, itself among them; of plain letters."""
    parts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    too_many = {before + after[1:] for before, after in parts if after}
    too_few = {before + letter + after for before, after in parts for letter in ascii_lowercase}
    another = {before + letter + after[1:] for before, after in parts if after for letter in ascii_lowercase}
    turned = {before + after[1] + after[0] + after[2:] for before, after in parts if len(after) > 1}
    return too_many | too_few | another | turned
