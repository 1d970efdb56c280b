"""What is typed to find somebody: of people all over the database, with as many found at either size.

A name finds more among more people, and a page with more rows takes longer whatever the size of the database: so at
both sizes those are looked for of whom as many are found.
"""

from collections import defaultdict
from itertools import cycle

_SPREAD = 150
_NOBODYS = 40
Found = dict[str, dict[int, list[str]]]  # by the way of looking, then by how many are found


def sought() -> Found:
    """What may be typed, in the database that is in use."""
    from enquiries.casework.search import found
    from enquiries.models import Enquiry

    by_kind: Found = {}
    for kind, texts in _texts().items():
        by_kind[kind] = defaultdict(list)
        for text in dict.fromkeys(texts):
            by_kind[kind][len(found(Enquiry.objects.all(), text))].append(text)
    return by_kind


def alike(few: Found, many: Found, *, most: int) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Texts that find as many in the one as in the other, in the same order; so many of each kind. Where they run out
    in the smaller they begin again."""
    left, right = {}, {}
    for kind in many:
        shared = [n for n in sorted(many[kind]) if n in few[kind]]
        pairs = [pair for n in shared for pair in zip(cycle(few[kind][n]), many[kind][n], strict=False)]
        pairs = [pairs[len(pairs) * place // most] for place in range(most)]
        left[kind], right[kind] = [mine for mine, _ in pairs], [theirs for _, theirs in pairs]
    return left, right


def _texts() -> dict[str, list[str]]:
    from enquiries.models import Applicant, Enquiry

    people = list(Applicant.objects.filter(pk__in=_spread(Applicant)).exclude(last_name="", first_name=""))
    places = Enquiry.objects.filter(pk__in=_spread(Enquiry)).exclude(postcode="")
    named = [person for person in people if person.last_name]
    # Some of the numbers that the region was multiplied by are none that the product would keep.
    numbers = [one.phone for one in people if one.phone and _is_kept_so(one.phone)]
    return {
        "last name": [person.last_name for person in named],
        "both names": [f"{person.first_name} {person.last_name}" for person in people],
        "beginning of a name": [person.last_name[:3] for person in named],
        "name with a slip": [f"{person.first_name} {_slip(person.last_name)}" for person in people],
        "last name with a slip": [_slip(person.last_name) for person in named if len(person.last_name) > 4],
        "telephone": [f"0{number[3:7]} {number[7:]}" for number in numbers],
        "email": [person.email.upper() for person in people if person.email],
        "postcode": [place.postcode.lower().replace(" ", "") for place in places],
        "nobody's name": [f"Xyz{number}qk" for number in range(_NOBODYS)],
    }


def _is_kept_so(number: str) -> bool:
    from hub.contact import normalise_phone

    try:
        return normalise_phone(f"0{number[3:]}") == number
    except ValueError:
        return False


def _spread(model) -> list[int]:
    first = model.objects.order_by("pk").values_list("pk", flat=True).first()
    last = model.objects.order_by("-pk").values_list("pk", flat=True).first()
    return [first + (last - first) * place // _SPREAD for place in range(_SPREAD)]


def _slip(name: str) -> str:
    """Two letters in the other order."""
    return name[:2] + name[3:4] + name[2:3] + name[4:] if len(name) > 4 else name
