"""Finding an enquiry by what a caller says: reference, name, telephone, email or postcode, however typed."""

import datetime
import re
from collections.abc import Iterable
from contextlib import suppress
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
_BORNE = """
    SELECT sought FROM unnest(%s::text[]) AS sought
    CROSS JOIN LATERAL (SELECT FROM enquiries_nameword WHERE word = sought LIMIT 1) AS borne
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


def _newest_of(theirs: QuerySet, enquiries: EnquiryQuerySet) -> list:
    """Of those whose words or keys these are: where more are found than shown, those that were recorded last."""
    # The ids alone first, from an index: of a common name tens of thousands would be fetched only to be sorted.
    pks = _last(theirs)
    if len(pks) > MOST_SHOWN and enquiries.filter(pk__in=pks).count() < len(pks):
        pks = _last(theirs.filter(enquiry__in=enquiries))  # some are not for this person to see
    return _newest(enquiries.filter(pk__in=pks), enquiries) if pks else []


def _last(theirs: QuerySet) -> list[int]:
    # A sum here too: else all enquiries are walked for a name that is rarer than the database takes it to be.
    pks = theirs.order_by(_WHOSE.desc()).values_list("enquiry_id", flat=True)[: (MOST_SHOWN + 1) * MOST_WORDS]
    return list(dict.fromkeys(pks))[: MOST_SHOWN + 1]  # of one couple several words may match


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


def _by_name(text: str) -> QuerySet:
    """Each word begins a name of either applicant: "amina tom" finds the couple, "kha" Khalid, "helene" Hélène."""
    return _with_each(Q(word__startswith=word) for word in plain_words(text))


def _with_each(words: Iterable[Q]) -> QuerySet:
    """The words of whoever has every one of these."""
    theirs = NameWord.objects.annotate(whose=_WHOSE).none()
    for place, word in enumerate(words):
        # By the sum: each word's are read in one go, where the database would look up one by one those of another.
        besides = {"whose__in": theirs.values("whose")} if place else {}
        theirs = NameWord.objects.annotate(whose=_WHOSE).filter(word, **besides)
    return theirs


def _by_sound(text: str) -> QuerySet:
    """By first and last name as they sound, for who is found by no spelling: "helene backer" is Hélène Bäcker."""
    first, _, last = text.partition(" ")
    return HouseholdKey.objects.filter(key__in=name_keys(Someone(first_name=first, last_name=last)))


def _by_slips(text: str) -> QuerySet:
    """By names with one slip in each word: a letter too many, too few or another, or two in the other order.

    All that a word may be a slip of is looked up in the index on the words: no list of names is kept for it.
    """
    if any(letter.isdigit() for letter in text) or "@" in text:
        return NameWord.objects.none()
    return _with_each(
        Q(word__in=_borne(slips_of(word))) if len(word) in SLIPS_OF else Q(word__startswith=word)
        for word in plain_words(text)[:MOST_WORDS]
    )


def _borne(words: set[str]) -> list[str]:
    """Those of the words that somebody's name has: one or two of hundreds, and each costs one look into the index."""
    with connection.cursor() as cursor:
        cursor.execute(_BORNE, [sorted(words)])
        return [word for (word,) in cursor.fetchall()]


def slips_of(word: str) -> set[str]:
    """The words of which it may be a slip, itself among them; of plain letters."""
    parts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    too_many = {before + after[1:] for before, after in parts if after}
    too_few = {before + letter + after for before, after in parts for letter in ascii_lowercase}
    another = {before + letter + after[1:] for before, after in parts if after for letter in ascii_lowercase}
    turned = {before + after[1] + after[0] + after[2:] for before, after in parts if len(after) > 1}
    return too_many | too_few | another | turned
