"""Finding an enquiry by what a caller says: reference, name, telephone, email or postcode, however typed."""

import datetime
import re
from contextlib import suppress

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F, Q, Value

from enquiries.duplicates.keys import Someone, name_keys
from enquiries.models import EnquiryQuerySet, HouseholdKey
from enquiries.models.plain_letters import plain_words, plainly
from hub.contact import normalise_phone, normalise_postcode

MOST_SHOWN = 50
_REFERENCE = re.compile(r"([A-Z]{4})[\s-]*([0-9]{4})")


def as_sought(typed: str) -> str:
    """What was typed as it is looked for: one line, nothing that the database cannot read, no longer than any name."""
    return " ".join(typed.replace("\x00", "").split())[:254]


def matching(enquiries: EnquiryQuerySet, text: str) -> EnquiryQuerySet:
    """Those that the text (`as_sought`) names. A reference, email, number or postcode is read as that only."""
    if reference := _REFERENCE.fullmatch(text.upper()):
        return enquiries.filter(reference=f"{reference[1]}-{reference[2]}")
    if "@" in text:
        return enquiries.filter(pk__in=enquiries.filter(applicants__email__iexact=text).values("pk"))
    numbered = _by_number(enquiries, text) if any(letter.isdigit() for letter in text) else None
    return _by_name(enquiries, text) if numbered is None else numbered


def found(enquiries: EnquiryQuerySet, text: str) -> list:
    """The newest that match, at most one more than are shown, so that the page can say there are others."""
    return _newest(matching(enquiries, text), enquiries) or _newest(_by_sound(enquiries, text), enquiries)


def _newest(those: EnquiryQuerySet, enquiries: EnquiryQuerySet) -> list:
    shown = those.with_next_try().select_related("authority", "held_by", "owner", "safe_contact")
    # Said as a sum, or the database walks all enquiries by date on the look-out for a name that is rare.
    newest = (F("received_at") + Value(datetime.timedelta())).desc()
    rows = list(shown.prefetch_related("applicants").order_by(newest, "-pk")[: MOST_SHOWN + 1])
    return _where_they_go_on(rows, enquiries)


def _where_they_go_on(rows: list, enquiries: EnquiryQuerySet) -> list:
    """Instead of a merged enquiry the one that it was merged into, each once."""
    into = {row.merged_into_id for row in rows if row.merged_into_id}
    if not into:
        return rows
    survivors = enquiries.with_next_try().select_related("authority", "held_by", "owner", "safe_contact")
    found = {one.pk: one for one in survivors.filter(pk__in=into).prefetch_related("applicants")}
    going_on = {row.merged_into_id or row.pk: found.get(row.merged_into_id, row) for row in rows}
    return list(going_on.values())


def _by_number(enquiries: EnquiryQuerySet, text: str) -> EnquiryQuerySet | None:
    """By postcode or telephone number; None where the text has the form of neither."""
    ways = Q()
    for field, normalise in (("postcode", normalise_postcode), ("applicants__phone", normalise_phone)):
        with suppress(ValueError):
            ways |= Q(**{field: normalise(text)})
    return enquiries.filter(pk__in=enquiries.filter(ways).values("pk")) if ways else None


def _by_name(enquiries: EnquiryQuerySet, text: str) -> EnquiryQuerySet:
    """Each word begins a name of either applicant: "amina tom" finds the couple, "kha" Khalid, "helene" Hélène."""
    words = plain_words(text)
    if not words:
        return enquiries.none()
    # Asked first, so that the join is an inner one: only then does the index on the names serve.
    named = enquiries.filter(applicants__isnull=False).annotate(
        said=SearchVector(plainly("applicants__first_name"), plainly("applicants__last_name"), config="simple")
    )
    for word in words:
        begins = SearchQuery(f"{word}:*", search_type="raw", config="simple")
        enquiries = enquiries.filter(pk__in=named.filter(said=begins).values("pk"))
    return enquiries


def _by_sound(enquiries: EnquiryQuerySet, text: str) -> EnquiryQuerySet:
    """By first and last name as they sound, for who is found by no spelling: "helene backer" is Hélène Bäcker."""
    first, _, last = text.partition(" ")
    keys = name_keys(Someone(first_name=first, last_name=last))
    return enquiries.filter(pk__in=HouseholdKey.objects.filter(key__in=keys).values("enquiry"))
