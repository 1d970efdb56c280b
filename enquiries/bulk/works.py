"""What can be done to many enquiries at once: one table. Each work says whom it would leave out and why, and does one
enquiry through the same service as the page of that enquiry does."""

import datetime
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from enquiries.closing.services import close_enquiry, ways_to_tell
from enquiries.journey import KINDS
from enquiries.letters.services import draft_of, send_template, template_of
from enquiries.models import BulkRun, Enquiry
from enquiries.services import assign_enquiry
from enquiries.tasks.services import add_task
from hub.errors import Refused
from hub.models import User

_CAME_TO_US = [name for name, kind in KINDS.items() if kind.asks]


@dataclass(frozen=True)
class Look:
    """What would come of one enquiry: why it is left out ("" where it is not), and to whom a message goes."""

    why: str = ""
    person: str = ""


@dataclass(frozen=True)
class Work:
    right: str
    look: Callable[[BulkRun, Enquiry], Look]
    do: Callable[[BulkRun, Enquiry], object]


def _look_assign(run: BulkRun, enquiry: Enquiry) -> Look:
    if not enquiry.may("assigned", run.by):
        return Look(f"It is {enquiry.get_stage_display().lower()}: it has no owner any more.")
    if enquiry.owner_id == run.details["to"]:
        return Look("It is theirs already.")
    if enquiry.owner_id not in (None, run.by_id) and run.details["to"] != run.by_id and not run.by.can("assign_anyone"):
        return Look(f"{enquiry.owner} owns it. A manager can move it.")
    return Look()


def _assign(run: BulkRun, enquiry: Enquiry):
    return assign_enquiry(enquiry=enquiry, to=User.objects.get(pk=run.details["to"]), by=run.by)


def _look_message(run: BulkRun, enquiry: Enquiry) -> Look:
    draft = draft_of(enquiry=enquiry, template=_template(run))
    if not draft.verdict or draft.missing:
        return Look(draft.verdict.why or draft.missing)
    return Look(person=hashlib.sha256(draft.verdict.address.lower().encode()).hexdigest())


def _message(run: BulkRun, enquiry: Enquiry):
    return send_template(enquiry=enquiry, template=_template(run), by=run.by, key=f"bulk-{run.pk}-{enquiry.pk}")


def _template(run: BulkRun):
    return template_of(run.details["template"], run.details["version"])


def _look_task(run: BulkRun, enquiry: Enquiry) -> Look:
    return Look() if enquiry.is_open else Look(f"It is {enquiry.get_stage_display().lower()}.")


def _task(run: BulkRun, enquiry: Enquiry):
    if why := _look_task(run, enquiry).why:  # closed since the count
        raise Refused(why)
    due_on = datetime.date.fromisoformat(run.details["due_on"])
    return add_task(
        title=run.details["title"], due_on=due_on, enquiry=enquiry, by=run.by, key=f"bulk:{run.pk}:{enquiry.pk}"
    )


def _look_close(run: BulkRun, enquiry: Enquiry) -> Look:
    if enquiry.may("closed", run.by):
        return Look()
    return Look(f"It cannot be closed by the hub in the stage “{enquiry.get_stage_display()}”.")


def _close(run: BulkRun, enquiry: Enquiry):
    # The reason is what the list said of them: of whom anybody has recorded something since, a person judges.
    since = enquiry.facts.filter(recorded_at__gt=run.made_at)
    if since.filter(~Q(recorder="system") | Q(kind__in=_CAME_TO_US)).exists():
        raise Refused("Something was recorded since this list was made. Look at it on its own page.")
    ways = ways_to_tell(enquiry) if run.details.get("tell") else []
    return close_enquiry(
        enquiry=enquiry, by=run.by, reason=run.details["reason"], note=run.details.get("note", ""),
        tell_by=ways[0] if ways else "",
    )  # fmt: skip


WORKS: dict[str, Work] = {
    BulkRun.Work.ASSIGN: Work("record_casework", _look_assign, _assign),
    BulkRun.Work.MESSAGE: Work("record_casework", _look_message, _message),
    BulkRun.Work.TASK: Work("record_casework", _look_task, _task),
    BulkRun.Work.CLOSE: Work("assign_anyone", _look_close, _close),
}


def works_of(user) -> list[str]:
    """What this person may do to many at once; closing many is a manager's."""
    return [code for code, work in WORKS.items() if user.can(work.right)]


def refuse_without_right(run: BulkRun) -> None:
    """Asked again before each enquiry: who began it may have left, or have another role by now."""
    if not (run.by.is_active and run.by.can(WORKS[run.work].right)):
        raise Refused(f"{run.by.name} may no longer do this.")
