"""Documents of an enquiry: added after a look at what they are, removed with a reason; both are on the timeline."""

import datetime
import hashlib
import re
import uuid

import structlog
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from enquiries.documents.content import content_of
from enquiries.documents.scanning import scan
from enquiries.models import Document, Enquiry, Task
from enquiries.services import lock_enquiry, record_activity
from enquiries.tasks.services import add_task, settle_task
from hub.errors import Refused
from hub.sweep import alone, while_time_lasts
from hub.working_time import today

log = structlog.get_logger(__name__)
WARNED_BEFORE = datetime.timedelta(days=30)
ORPHANED_AFTER = datetime.timedelta(days=1)
_OUR_NAME = re.compile(
    r"[0-9a-f]{32}(_[0-9A-Za-z]{7})?"
)  # what somebody else put into the folder is not ours to remove


def add_document(
    *,
    enquiry: Enquiry,
    by,
    kind: str,
    name: str,
    raw: bytes,
    expires_on: datetime.date | None = None,
    version: int | None = None,
) -> Document:
    """Keep a file with the enquiry. The same file a second time is the document that there is.

    `Refused` where it may not be kept (`content_of`), a scanner found something, or the enquiry has changed since
    `version`; then no file is left behind.
    """
    content = content_of(name=name, raw=raw)
    sha256 = hashlib.sha256(content.raw).hexdigest()
    scanned = scan(content.raw)  # before the transaction: it may take a while
    document = Document(
        kind=kind, name=content.name, content_type=content.content_type, size=len(content.raw), sha256=sha256,
        scanned=scanned, expires_on=expires_on, added_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            locked = lock_enquiry(enquiry.pk)
            there = Document.objects.of(locked).kept().filter(sha256=sha256).first()
            if there is not None:
                return there
            document.enquiry = locked
            document.file.save(uuid.uuid4().hex, ContentFile(content.raw), save=False)
            document.save(force_insert=True)
            said = f"{document.get_kind_display()}: {document.name}"
            record_activity(enquiry=enquiry, kind="document_added", by=by, version=version, note=said)
    except BaseException:
        if document.file:
            document.file.delete(save=False)
        raise
    return document


@transaction.atomic
def remove_document(*, document: Document, by, why: str) -> Document:
    """Remove the file; that it was there, who removed it and why stays. `Refused` where it is removed already."""
    enquiry = document.enquiry.stands_for
    lock_enquiry(enquiry.pk)
    locked = Document.objects.select_for_update().get(pk=document.pk)
    if locked.removed_at:
        raise Refused("This document has been removed already.")
    storage, name = locked.file.storage, locked.file.name or ""
    locked.file, locked.removed_at, locked.removed_by, locked.removed_why = "", timezone.now(), by, why
    locked.save(update_fields=["file", "removed_at", "removed_by", "removed_why"])
    record_activity(enquiry=enquiry, kind="document_removed", by=by, note=f"{locked.name}: {why}")
    for task in Task.objects.open().filter(key=_key_of_reminder(locked)):
        settle_task(task=task, note="The document was removed.")
    # Last, and before the commit: what the storage cannot delete is not said to be removed, and can be asked again.
    storage.delete(name)
    return locked


def remind_of_expiry() -> int:
    """A task for every document that runs out within a month, once; gives how many there are. Daily, one at a time."""
    with alone("remind_of_expiry") as ours:
        if not ours:
            return 0
        running_out = Document.objects.running_out(today() + WARNED_BEFORE).select_related(
            "enquiry__merged_into", "enquiry__owner"
        )
        count = 0
        for document in running_out.iterator(chunk_size=500):
            if document.enquiry.stands_for.is_open and document.expires_on:
                add_task(
                    title=f"“{document.name}” is valid until {date_format(document.expires_on)}: ask for a new one",
                    due_on=max(today(), document.expires_on - WARNED_BEFORE), enquiry=document.enquiry,
                    kind="document", key=_key_of_reminder(document),
                )  # fmt: skip
                count += 1
        return count


def forget_orphans() -> int:
    """Remove files that belong to no document: of an upload that was killed between file and row. Only those a day old,
    so that none is taken from under an upload that goes on. Gives how many. Daily, one at a time."""
    with alone("forget_orphans") as ours:
        if not ours:
            return 0
        storage = Document._meta.get_field("file").storage
        old = timezone.now() - ORPHANED_AFTER
        return sum(_forget(storage, name, old) for name in while_time_lasts(storage.listdir("")[1]))


def _forget(storage, name: str, old: datetime.datetime) -> bool:
    # Asked for each anew: a list of the rows would be older than the files.
    if not _OUR_NAME.fullmatch(name) or Document.objects.filter(file=name).exists():
        return False
    if storage.get_modified_time(name) > old:
        return False
    storage.delete(name)
    log.warning("orphaned_document_removed", file=name)
    return True


def _key_of_reminder(document: Document) -> str:
    return f"document:{document.pk}:{document.expires_on}"
