"""Every write to a task. Whoever finishes one about an enquiry has done something: its timeline says so."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from enquiries.models import Enquiry, Task
from enquiries.services import lock_enquiry, record_activity
from hub.errors import Refused
from hub.working_time import today


@transaction.atomic
def add_task(
    *,
    title: str,
    due_on: datetime.date,
    enquiry: Enquiry | None = None,
    by=None,
    to=None,
    kind: str = Task.MANUAL,
    key: str = "",
) -> Task:
    """Add something to do by a day. Without `to` it is the owner's of the enquiry; where there is none, everybody's.

    What the product makes by itself has a `kind` and a `key`: the same key is the same task, done or not. About a
    merged enquiry it is made where the household goes on. Refuses a task for somebody who is not with the hub, and of
    a person's own making one that was due before today.
    """
    enquiry = enquiry.stands_for if enquiry is not None else None
    if to is not None:
        _refuse_unless_here(to)
    if by is not None and due_on < today():
        raise Refused("A new task is due today or later.")
    owner = enquiry.owner if enquiry is not None else None
    fields = {
        "title": title.strip(),
        "due_on": due_on,
        "enquiry": enquiry,
        "assigned_to": to or (owner if owner is not None and owner.is_hub_staff else None),
        "kind": kind,
        "created_by": by,
    }
    if not key:
        return Task.objects.create(**fields)
    task, _made = Task.objects.get_or_create(key=key, defaults=fields)
    return task


@transaction.atomic
def finish_task(*, task: Task, by, note: str = "", version: int | None = None) -> Task:
    """The task is done, by this person, now; on the timeline of its enquiry too. Refuses one that is done already."""
    if task.enquiry is not None:
        # Enquiries come before their tasks everywhere, so that nobody waits for each other.
        lock_enquiry(task.enquiry.stands_for.pk)
    locked = _lock_open(task, version)
    _settle(locked, by=by, note=note)
    if locked.enquiry is not None:
        said = f"{locked.title}. {note}".strip() if note else locked.title
        record_activity(enquiry=locked.enquiry.stands_for, kind="task_done", by=by, note=said)
    _bring_up_to_date(task, locked)
    return task


@transaction.atomic
def settle_task(*, task: Task, note: str) -> None:
    """What the product made itself needs nobody any more. Nothing where somebody has done it meanwhile."""
    locked = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if locked.is_open:
        _settle(locked, by=None, note=note)
    _bring_up_to_date(task, locked)


@transaction.atomic
def change_task(*, task: Task, by, title: str, due_on: datetime.date, to=None, version: int | None = None) -> Task:
    """Change what is to do, by which day or by whom (`to`; nobody: everybody's). A task that is done stays as it is."""
    locked = _lock_open(task, version)
    if to is not None and to.pk != locked.assigned_to_id:
        _refuse_unless_here(to)
    if due_on < today() and due_on != locked.due_on:
        raise Refused("The new day must be today or later.")
    locked.title, locked.due_on, locked.assigned_to = title.strip(), due_on, to
    locked.version += 1
    locked.save(update_fields=["title", "due_on", "assigned_to", "version"])
    _bring_up_to_date(task, locked)
    return task


def switch_digest(*, by, wanted: bool) -> bool:
    """Whether this person gets an email on working mornings when something is due. Gives what holds from now on."""
    by.task_digest = wanted
    by.save(update_fields=["task_digest"])
    return wanted


def _lock_open(task: Task, version: int | None) -> Task:
    locked = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if not locked.is_open:
        when = date_format(timezone.localtime(locked.done_at), "j F, H:i")
        raise Refused(f"{locked.done_by.name if locked.done_by else 'The hub'} settled this task on {when}.")
    if version is not None and version != locked.version:
        raise Refused("Somebody changed this task since you opened it. Nothing of yours was saved. Look again.")
    return locked


def _settle(task: Task, *, by, note: str) -> None:
    task.done_at, task.done_by, task.done_note = timezone.now(), by, note
    task.version += 1
    task.save(update_fields=["done_at", "done_by", "done_note", "version"])


def _refuse_unless_here(person) -> None:
    if not person.is_hub_staff:
        raise Refused(f"{person.name} does not work at the hub any more. Choose somebody else.")


def _bring_up_to_date(task: Task, locked: Task) -> None:
    for name in ("title", "due_on", "assigned_to", "version", "done_at", "done_by", "done_note"):
        setattr(task, name, getattr(locked, name))
