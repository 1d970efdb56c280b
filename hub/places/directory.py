"""Looking a postcode up in the loaded ONS directory."""

from hub.places.models import Postcode


def authority_code_of(postcode: str) -> str:
    """GSS code of the authority with children's services at the postcode (any spacing and case); "" where not known."""
    key = "".join(postcode.split()).upper()
    if not key:
        return ""
    return Postcode.objects.filter(pk=key).values_list("authority_code", flat=True).first() or ""
