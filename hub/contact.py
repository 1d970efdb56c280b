"""Postcodes and telephone numbers as people type them, turned into the one form that is stored and matched on.

Forms, CSV import, the API and the telephone screen all come through here, so that one person typed in two ways
is found again.
"""

import re
import unicodedata

import phonenumbers

# The forms of a postcode: Royal Mail's letters, without the few codes (GIR 0AA, the forces' BF) where nobody fosters.
_POSTCODE = re.compile(
    r"(?:[A-PR-UWYZ][0-9][0-9A-HJKPSTUW]?|[A-PR-UWYZ][A-HK-Y][0-9][0-9ABEHMNPRVWXY]?)[0-9][ABD-HJLNP-UW-Z]{2}"
)
_NOT_IN_POSTCODE = re.compile(r"[\s\-.,'’()_\u00ad\u200b-\u200d\u2060\ufeff]+")


def normalise_postcode(text: str) -> str:
    """'ne18qh', 'NE1-8QH' and 'NE1\\u00a08QH' all give 'NE1 8QH'.

    ValueError when it has not the form of a UK postcode. Whether it exists is for the postcode directory to say.
    """
    compact = _NOT_IN_POSTCODE.sub("", unicodedata.normalize("NFKC", text)).upper()
    if not _POSTCODE.fullmatch(compact):
        raise ValueError("not the form of a UK postcode")
    return f"{compact[:-3]} {compact[-3:]}"


def has_web_address(text: str) -> bool:
    """Whether a name, say, carries a web address: our emails would carry it to strangers."""
    # One sign before the dot is enough to ask for: more, and a name of a million letters would take hours to read.
    return bool(re.search(r"://|www\.|[\w-]\.(?:com|net|org|uk|ru|info|xyz|example)\b", text, re.IGNORECASE))


def normalise_phone(text: str) -> str:
    """The number in E.164 form, '+441632960001'. Without a country code it is taken as British.

    ValueError when libphonenumber does not call it possible (interfaces.md, Enquiries CSV). *Valid* is not asked for:
    numbering plans change faster than libraries, and a number wrongly refused is a person lost. E.164 has no place
    for an extension, so that is left out.
    """
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text), "GB")
    except phonenumbers.NumberParseException as problem:
        raise ValueError("not a telephone number") from problem
    if not phonenumbers.is_possible_number(number):
        raise ValueError("not a possible telephone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def format_phone(e164: str) -> str:
    """As people here write and dial it: '01632 960001', or '+33 1 23 45 67 89' for a number abroad.

    What is not a number (an imported oddity) is given back as it is.
    """
    try:
        number = phonenumbers.parse(str(e164), "GB")
    except phonenumbers.NumberParseException:
        return str(e164)
    british = number.country_code == 44
    style = phonenumbers.PhoneNumberFormat.NATIONAL if british else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


# 070 forwards calls and 076 pages, but for 07624, which is mobile on the Isle of Man.
_BRITISH_MOBILE = re.compile(r"\+447(?:[1-57-9]\d{8}|624\d{6})")
_ABROAD_TAKES_TEXTS = frozenset(
    {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
)


def takes_texts(e164: str) -> bool:
    """Whether text messages can be sent to the number: mobile ones only."""
    if e164.startswith("+44"):
        return _BRITISH_MOBILE.fullmatch(e164) is not None
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(number) in _ABROAD_TAKES_TEXTS
