"""The virus scanner, where the deployment has one (CLAMAV_URL): a file that it cannot look at now is not taken."""

import io
from urllib.parse import urlsplit

import structlog
from clamav_client.clamd import ClamdError, ClamdNetworkSocket
from django.conf import settings

from hub.errors import Refused

log = structlog.get_logger(__name__)
SECONDS = 20


def scan(raw: bytes) -> bool:
    """Whether a scanner looked at it and found nothing; False where there is none. `Refused` for what it found, and
    while it cannot be reached."""
    if not settings.CLAMAV_URL:
        return False
    try:
        ((status, found),) = _scanner().instream(io.BytesIO(raw)).values()
    except (ClamdError, OSError, ValueError) as fault:
        log.warning("scanner_away", fault=type(fault).__name__)
        raise Refused(
            "Files cannot be checked for viruses just now, so none is taken. Try again in some minutes."
        ) from fault
    if status == "FOUND":
        log.warning("virus_found", fault=found)
        raise Refused("The virus scanner found something in the selected file. Do not open it; tell whoever sent it.")
    if status != "OK":
        raise Refused("The virus scanner could not read the selected file. Save it as a PDF and choose that.")
    return True


def _scanner() -> ClamdNetworkSocket:
    where = urlsplit(settings.CLAMAV_URL)
    return ClamdNetworkSocket(host=where.hostname or "", port=where.port or 3310, timeout=SECONDS)
