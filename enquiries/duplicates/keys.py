"""What a household is looked up by: numbers made of its telephone, email, names and places. Pure.

Two enquiries of one household share at least one key, and two of different ones seldom do. Which of those that share
one are the same is for scoring.py to say.
"""

import datetime
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from enquiries.duplicates.names import sound_of, standing_for, words_of

_DOTS_MEAN_NOTHING = {"gmail.com", "googlemail.com"}


def normal_email(email: str) -> str:
    """The mailbox: small letters, without what follows a plus sign; at Google without dots."""
    local, at, domain = email.strip().lower().rpartition("@")
    if not at or not local:
        return ""
    local = local.split("+", 1)[0] or local
    if domain in _DOTS_MEAN_NOTHING:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


@dataclass(frozen=True)
class Someone:
    """One applicant, as far as it tells people apart. The telephone in E.164."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    born_on: datetime.date | None = None

    @cached_property
    def first(self) -> tuple[str, ...]:
        return words_of(self.first_name)

    @cached_property
    def last(self) -> tuple[str, ...]:
        return words_of(self.last_name)

    @cached_property
    def mailbox(self) -> str:
        return normal_email(self.email)


@dataclass(frozen=True)
class Household:
    """One enquiry, as far as it tells households apart."""

    people: tuple[Someone, ...]
    postcode: str = ""

    @property
    def outward(self) -> str:
        """The part of the postcode that names the district: "NE8" of "NE8 1AA"."""
        return self.postcode.split(" ")[0] if " " in self.postcode else ""

    @cached_property
    def phones(self) -> frozenset[str]:
        return frozenset(person.phone for person in self.people if person.phone)

    @cached_property
    def mailboxes(self) -> frozenset[str]:
        return frozenset(person.mailbox for person in self.people if person.mailbox)


def key(kind: str, value: str) -> int:
    """A signed number of 64 bits, as PostgreSQL keeps it."""
    return int.from_bytes(hashlib.blake2b(f"{kind}:{value}".encode(), digest_size=8).digest(), signed=True)


def phone_key(phone: str) -> int:
    return key("phone", phone)


def email_key(mailbox: str) -> int:
    return key("email", mailbox)


def postcode_key(postcode: str) -> int:
    return key("postcode", postcode)


def name_keys(person: Someone) -> list[int]:
    """One for each of the last names, first and last in either order."""
    return [key("name", name) for name in _names(person)]


def keys_of(household: Household) -> set[int]:
    """The keys under which a household is kept."""
    return set(_keys(household))


def _keys(household: Household) -> Iterator[int]:
    for phone in household.phones:
        yield phone_key(phone)
    for mailbox in household.mailboxes:
        yield email_key(mailbox)
    if household.postcode:
        yield postcode_key(household.postcode)
    for person in household.people:
        for name in _names(person):
            yield key("name", name)
            if household.outward:
                yield key("name in district", f"{name}|{household.outward}")
        if person.born_on and person.first:
            yield key("born", f"{person.born_on}|{sound_of(standing_for(person.first[0]))}")


def _names(person: Someone) -> list[str]:
    if not person.first or not person.last:
        return []
    first = sound_of(standing_for(person.first[0]))
    return ["|".join(sorted((first, sound_of(standing_for(last))))) for last in dict.fromkeys(person.last[:3])]


def keys_sought_for(household: Household) -> set[int]:
    """The keys under which others like it are kept: its own, and those of telephones with one digit wrong."""
    return keys_of(household) | slips_sought_for(household)


def slips_sought_for(household: Household) -> set[int]:
    """The keys of telephones with one digit wrong. They are looked up and not kept: a number has a hundred."""
    return {phone_key(slip) for phone in household.phones for slip in slips_of(phone)}


def share_a_name(one: Household, other: Household) -> bool:
    """Whether a word of somebody's name is in both, in any of its forms."""
    return not _words(one).isdisjoint(_words(other))


def _words(household: Household) -> set[str]:
    return {standing_for(word) for person in household.people for word in (*person.first, *person.last)}


def slips_of(phone: str) -> Iterable[str]:
    """The numbers of which it may be a slip: one digit another, or two neighbours in the other order."""
    start = 4 if phone.startswith("+44") else 3
    for place in range(start, len(phone)):
        before, digit, after = phone[:place], phone[place], phone[place + 1 :]
        yield from (f"{before}{other}{after}" for other in "0123456789" if other != digit)
        if after and after[0] != digit:
            yield f"{before}{after[0]}{digit}{after[1:]}"
