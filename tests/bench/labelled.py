"""A labelled set of enquiries: households that ask more than once, with the mistakes that people and staff make, among
households that are merely alike. The same seed gives the same set. Invented people, drama numbers, example.org.

Every enquiry bears the number of its household; two enquiries with one number are the same.
"""

import datetime
import random
from dataclasses import dataclass, field, replace

from tests.bench.names import FIRST_NAMES, LAST_NAMES, OTHER_FORMS, OTHER_LETTERS, SHARES

# How often each way of being alike is met. Parent and child of one name at one address, both of whom ask, are rare:
# where neither gives a date of birth nobody could tell them from one person with another telephone.
ALIKE = {
    "relative": 20, "family_mailbox": 10, "family_phone": 10, "twin": 10, "namesake": 25, "neighbour": 10, "office": 14,
    "parent_of_one_name": 1,
}  # fmt: skip

_NEAR_ON_THE_KEYBOARD = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str
    born_on: datetime.date | None = None
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Asked:
    """One enquiry. `household` is the truth."""

    household: int
    people: tuple[Person, ...]
    postcode: str
    mistakes: tuple[str, ...] = field(default=())


class Maker:
    """Makes people and their mistakes from one seed."""

    def __init__(self, seed: int, postcodes: int = 6000):
        self.random = random.Random(seed)
        self.taken: set[str] = set()
        # Real districts of one region; the units are invented.
        districts = (
            [f"NE{n}" for n in range(1, 45)] + [f"SR{n}" for n in range(1, 9)] + [f"DH{n}" for n in range(1, 10)]
        )
        districts += [f"TS{n}" for n in range(1, 30)] + [f"DL{n}" for n in range(1, 18)]
        letters = "ABDEFGHJLNPQRSTUWXYZ"
        self.postcodes = [
            f"{self.random.choice(districts)} {self.random.randrange(1, 10)}{self.random.choice(letters)}"
            + self.random.choice(letters)
            for _ in range(postcodes)
        ]

    def name(self, origin: str | None = None) -> tuple[str, str, str]:
        origin = origin or self.random.choices(list(SHARES), SHARES.values())[0]
        return origin, self.common(FIRST_NAMES[origin]), self.common(LAST_NAMES[origin])

    def common(self, names: list[str]) -> str:
        """Those at the front of a list are the common ones."""
        return names[min(int(self.random.expovariate(2.2 / len(names))), len(names) - 1)]

    def phone(self) -> str:
        # Ofcom's numbers for drama, and its mobile range as if all its numbers were theirs: two thousand would be
        # shared by chance as no real numbers are.
        return (
            f"+447700{self.random.randrange(900000, 1000000):06d}"
            if self.random.random() < 0.85
            else (f"+441914{self.random.randrange(980000, 990000):06d}")
        )

    def email(self, first: str, last: str) -> str:
        plain = str.maketrans("łśńźżąęóćáéíŁ", "lsnzzaeocaeil")
        f, n = (x.lower().translate(plain).replace("'", "").replace("-", "") for x in (first, last))
        # No two people have one mailbox by chance: the number is drawn again until it is free.
        local = self.random.choice([f"{f}.{n}", f"{f}{n}", f"{f[:1]}{n}", f"{n}.{f}", f"{f}_{n}", f"{f}"])
        domain = self.random.choice(["mail", "post", "home", "web", "inbox", "letters"])
        number = str(self.random.randrange(1, 2000)) if self.random.random() < 0.6 or local == f else ""
        while f"{local}{number}@{domain}" in self.taken:
            number = str(self.random.randrange(1, 20000))
        self.taken.add(f"{local}{number}@{domain}")
        return f"{local}{number}@{domain}.example.org"

    def born(self, oldest: int = 1955, youngest: int = 2000) -> datetime.date:
        return datetime.date(oldest, 1, 1) + datetime.timedelta(self.random.randrange((youngest - oldest) * 365))

    def household(self, number: int) -> Asked:
        origin, first, last = self.name()
        one = Person(first, last, self.born(), self.email(first, last), self.phone())
        people = [one]
        if self.random.random() < 0.45:
            second = self.other_first_name(origin, first)
            their_last = last if self.random.random() < 0.75 else self.common(LAST_NAMES[origin])
            email = self.email(second, their_last) if self.random.random() < 0.3 else ""
            people.append(Person(second, their_last, self.born(), email, self.phone() if email else ""))
        return Asked(number, tuple(people), self.random.choice(self.postcodes))

    def other_first_name(self, origin: str, *taken: str) -> str:
        while (name := self.random.choice(FIRST_NAMES[origin])) in taken:
            pass
        return name

    def as_told(self, asked: Asked) -> Asked:
        """What of it is told: hardly anybody gives a date of birth, and many leave something out."""
        people = []
        for position, person in enumerate(asked.people):
            told = person
            if self.random.random() < 0.75:
                told = replace(told, born_on=None)
            if position == 0 and self.random.random() < 0.12:
                told = replace(told, email="")
            elif position == 0 and self.random.random() < 0.12:
                told = replace(told, phone="")
            people.append(told)
        postcode = "" if self.random.random() < 0.05 else asked.postcode
        return replace(asked, people=tuple(people), postcode=postcode)

    # Mistakes

    def again(self, asked: Asked) -> Asked:
        """The same household another time: told anew, with one to three things that are not as they were."""
        kinds = ["typing", "typing", "form", "letters", "swapped", "maiden", "moved", "digit", "email", "another_phone",
                 "another_email", "order", "alone", "case", "missing", "double", "nothing"]  # fmt: skip
        wanted = self.random.choices([1, 2, 3], [65, 28, 7])[0]
        again = asked
        for kind in self.random.sample(kinds, wanted):
            changed = getattr(self, f"_{kind}")(again)
            if changed is not None:
                again = replace(changed, mistakes=(*again.mistakes, kind))
        return self.as_told(again)

    def _first(self, asked: Asked, **changes) -> Asked:
        return replace(asked, people=(replace(asked.people[0], **changes), *asked.people[1:]))

    def slip(self, text: str) -> str:
        if len(text) < 3:
            return text
        at = self.random.randrange(1, len(text))
        kind = self.random.choice(["leave out", "double", "swap", "neighbour"])
        if kind == "leave out":
            return text[:at] + text[at + 1 :]
        if kind == "double":
            return text[:at] + text[at] + text[at:]
        if kind == "swap" and at + 1 < len(text):
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        near = _NEAR_ON_THE_KEYBOARD.get(text[at].lower())
        return text[:at] + self.random.choice(near) + text[at + 1 :] if near else text

    def _typing(self, asked):
        which = self.random.choice(["first_name", "last_name"])
        return self._first(asked, **{which: self.slip(getattr(asked.people[0], which))})

    def _form(self, asked):
        forms = OTHER_FORMS.get(asked.people[0].first_name)
        return self._first(asked, first_name=self.random.choice(forms)) if forms else None

    def _letters(self, asked):
        other = OTHER_LETTERS.get(asked.people[0].last_name)
        return self._first(asked, last_name=other) if other else None

    def _swapped(self, asked):
        one = asked.people[0]
        return self._first(asked, first_name=one.last_name, last_name=one.first_name)

    def _maiden(self, asked):
        return self._first(asked, last_name=self.name()[2])

    def _double(self, asked):
        return self._first(asked, last_name=f"{asked.people[0].last_name}-{self.name('british')[2]}")

    def _moved(self, asked):
        return replace(asked, postcode=self.random.choice(self.postcodes))

    def _digit(self, asked):
        phone = asked.people[0].phone
        if not phone:
            return None
        at = self.random.randrange(7, len(phone))
        digit = self.random.choice([d for d in "0123456789" if d != phone[at]])
        return self._first(asked, phone=phone[:at] + digit + phone[at + 1 :])

    def _email(self, asked):
        local, _, domain = asked.people[0].email.partition("@")
        if not local:
            return None
        return self._first(asked, email=f"{self.slip(local)}@{domain}")

    def _another_phone(self, asked):
        return self._first(asked, phone=self.phone())

    def _another_email(self, asked):
        return self._first(asked, email=self.email(asked.people[0].first_name, asked.people[0].last_name))

    def _order(self, asked):
        if len(asked.people) < 2:
            return None
        one, two = asked.people
        # Whoever writes gives how to reach them: mostly the same telephone and mailbox of the house.
        return replace(asked, people=(replace(two, email=one.email, phone=one.phone), replace(one, email="", phone="")))

    def _alone(self, asked):
        return replace(asked, people=asked.people[:1]) if len(asked.people) == 2 else None

    def _case(self, asked):
        one = asked.people[0]
        return self._first(asked, first_name=one.first_name.upper(), last_name=one.last_name.lower(),
                           email=one.email.upper())  # fmt: skip

    def _missing(self, asked):
        which = self.random.choice(["first_name", "last_name", "email", "phone", "postcode"])
        if which == "postcode":
            return replace(asked, postcode="")
        return self._first(asked, **{which: ""})

    def _nothing(self, asked):
        return asked

    # Alike, and not the same

    def alike(self, asked: Asked, number: int) -> Asked:
        """Another household that has much in common with it."""
        one = asked.people[0]
        origin = next((o for o, names in FIRST_NAMES.items() if one.first_name in names), "british")
        kind = self.random.choices(list(ALIKE), ALIKE.values())[0]
        other = self.other_first_name(origin, *(person.first_name for person in asked.people))
        new = Person(other, one.last_name, self.born(), self.email(other, one.last_name), self.phone())
        postcode = asked.postcode
        if kind == "family_mailbox":
            new = replace(new, email=one.email)
        elif kind == "family_phone":
            new = replace(new, phone=one.phone)
        elif kind == "twin":
            new = replace(new, born_on=one.born_on, phone=one.phone)
        elif kind == "namesake":
            new = replace(new, first_name=one.first_name, email=self.email(one.first_name, one.last_name))
            district = asked.postcode.split()[0] + " "
            others = [p for p in self.postcodes if p.startswith(district) and p != asked.postcode]
            postcode = self.random.choice(others or self.postcodes)
        elif kind == "neighbour":
            _, first, last = self.name()
            new = replace(new, first_name=first, last_name=last, email=self.email(first, last))
        elif kind == "office":
            _, first, last = self.name()
            new = replace(new, first_name=first, last_name=last, phone=one.phone, email=self.email(first, last))
            postcode = self.random.choice(self.postcodes)
        elif kind == "parent_of_one_name":
            new = replace(new, first_name=one.first_name, email=self.email(one.first_name, one.last_name))
            new = replace(new, born_on=datetime.date(1948, 3, 1))
        told = Asked(number, (new,), postcode, (kind,))
        return told if kind == "parent_of_one_name" else self.as_told(told)


def labelled(households: int, seed: int) -> list[Asked]:
    """About one and three quarter enquiries a household: a third ask again, a quarter have somebody alike."""
    maker, made, number = Maker(seed, postcodes=max(2000, households * 2)), [], households
    for household in range(households):
        true = maker.household(household)
        made.append(maker.as_told(true))
        if maker.random.random() < 0.33:
            made += [maker.again(true) for _ in range(maker.random.choices([1, 2], [85, 15])[0])]
        if maker.random.random() < 0.25:
            made.append(maker.alike(true, number))
            number += 1
    maker.random.shuffle(made)
    return made
