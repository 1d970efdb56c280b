import datetime

from handover.models import Agreement
from hub.errors import Refused
from hub.models import Authority


def record_agreement(
    *, gss_code: str, version: str, signed_by: str, starts_on: datetime.date, ends_on: datetime.date | None = None
) -> Agreement:
    """Keep a data-sharing agreement with a member authority; the same version twice is one. Raises `Refused`."""
    authority = Authority.objects.ever_members().filter(gss_code=gss_code.strip().upper()).first()
    if authority is None:
        raise Refused(f"{gss_code} is not the GSS code of a member authority.")
    if ends_on is not None and ends_on < starts_on:
        raise Refused("The agreement cannot end before it starts.")
    agreement, _ = Agreement.objects.update_or_create(
        authority=authority,
        version=version,
        defaults={"signed_by": signed_by, "starts_on": starts_on, "ends_on": ends_on},
    )
    return agreement
