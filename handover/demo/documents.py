"""What some households have sent: pictures with nothing of anybody on them, each valid for another while."""

import datetime
import io

from PIL import Image

from enquiries.documents.services import add_document
from enquiries.models import Document, Enquiry
from hub.working_time import today

Kind = Document.Kind
# What it is, as its file is called, and for how many days more it is valid.
_SENT = (
    (Kind.IDENTITY, "Passport.png", 400),
    (Kind.TENANCY, "Letter of the landlord.png", None),
    (Kind.CERTIFICATE, "First aid for children.png", 20),
    (Kind.IDENTITY, "Driving licence.png", -3),
)


def make_documents() -> int:
    """Of the newest enquiries that fill in or have sent their expression of interest: how many documents there are."""
    ready = Enquiry.objects.open().filter(stage__in=["eoi", "ready", "in_touch"], owner__isnull=False)
    for number, enquiry in enumerate(ready.select_related("owner").order_by("-pk")[: 2 * len(_SENT)]):
        kind, name, days = _SENT[number % len(_SENT)]
        expires_on = today() + datetime.timedelta(days=days) if days is not None else None
        add_document(
            enquiry=enquiry, by=enquiry.owner, kind=kind, name=name, raw=_picture(number), expires_on=expires_on
        )
    return Document.objects.count()


def _picture(number: int) -> bytes:
    raw = io.BytesIO()
    Image.new("RGB", (600, 400), (26, 80 + number, 91)).save(raw, "PNG")
    return raw.getvalue()
