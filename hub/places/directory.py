"""Looking a postcode up in the loaded ONS directory."""

from collections.abc import Iterable

from django.db.models import Count
from django.db.models.functions import Length

from hub.places.models import Postcode
from hub.prepared import prepared


def authority_code_of(postcode: str) -> str:
    """GSS code of the authority with children's services at the postcode (any spacing and case); "" where not known."""
    key = _key(postcode)
    if not key:
        return ""
    with prepared() as cursor:  # asked for every enquiry: without the ORM in a fifth of the time
        cursor.execute("SELECT authority_code FROM hub_postcode WHERE postcode = %s", [key])
        (code,) = cursor.fetchone() or ("",)
    return code


def authority_codes_of(postcodes: Iterable[str]) -> dict[str, str]:
    """The same for many at once: by the postcode as it was given; those that are not known are left out."""
    keys = {postcode: _key(postcode) for postcode in postcodes}
    found = dict(Postcode.objects.filter(pk__in=set(keys.values())).values_list("pk", "authority_code"))
    return {postcode: found[key] for postcode, key in keys.items() if key in found}


def authorities_around(postcode: str) -> list[tuple[str, int]]:
    """The authorities of the postcodes with the same first part (NE65), by GSS code, with how many: most first."""
    outward = _key(postcode)[:-3]
    if not outward:
        return []
    alike = Postcode.objects.filter(pk__startswith=outward).annotate(long=Length("pk")).filter(long=len(outward) + 3)
    counted = alike.values("authority_code").annotate(number=Count("pk")).order_by("-number", "authority_code")
    return [(row["authority_code"], row["number"]) for row in counted]


def _key(postcode: str) -> str:
    return "".join(postcode.split()).upper()
