"""The questions asked of many enquiries; what one enquiry is stands in enquiries/models/enquiry.py."""

import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import BooleanField, Case, Exists, F, Func, OuterRef, Prefetch, Q, Subquery, When
from django.db.models.functions import Coalesce, Upper
from django.utils import timezone

from enquiries import journey
from enquiries.clocks.states import soon_until
from enquiries.journey import Stage
from hub.messages.models import Message
from hub.places.models import Authority
from hub.working_time import local_date, start_of_day, today

if TYPE_CHECKING:
    from enquiries.models.enquiry import Enquiry  # noqa: F401 (named in quotes below)


def facts():
    # Imported only now: activities know enquiries, which come first.
    from enquiries.models.activity import Activity

    return Activity.objects


def _absences():
    from enquiries.models.team import Absence

    return Absence.objects


# An application was received: they stand there or beyond it, or ended there.
_APPLIED_STAGES = [Stage.APPLICATION, Stage.ASSESSMENT, Stage.APPROVED]
APPLIED = Q(stage__in=_APPLIED_STAGES) | Q(stage=Stage.CLOSED, closed_from__in=_APPLIED_STAGES)


class IsAmong(Func):
    """Whether it is one of a few that are looked up first, each of which is then fetched: of a condition with "in" the
    database takes them to be many, and reads all open enquiries beside them."""

    template, arg_joiner, output_field = "%(expressions)s)", " = ANY(", BooleanField()


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def visible_to(self, user):
        """The enquiries whose record this person may read.

        Hub staff: all. An authority's staff: those it has accepted, and no others. Everyone else: none.
        """
        if user.is_authenticated and user.can("read_people"):
            return self
        if user.is_authenticated and user.is_authority_staff:
            return self.accepted_by(user.authority_id)
        return self.none()

    def accepted_by(self, authority_id: int):
        """Those the authority holds, or held when they ended: accepted, and not given back."""
        accepted = sorted(journey.ACCEPTED_STAGES)
        ended_there = Q(stage=Stage.CLOSED, closed_from__in=accepted)
        return self.filter(Q(stage__in=accepted) | ended_there, held_by_id=authority_id)

    def open(self):
        # In the order in which the indexes say it: the database takes two orders for two conditions, each of them rare.
        return self.filter(stage__in=sorted(journey.OPEN_STAGES))

    def new(self):
        """Never spoken with."""
        return self.filter(stage=Stage.NEW, on_hold=False)

    def owned_by(self, user):
        return self.open().filter(owner=user)

    def unassigned(self):
        # Only said by stage: with "open" as well the database takes them to be few.
        return self.filter(owner__isnull=True, stage__in=sorted(journey.HUB_STAGES))

    def unallocated(self):
        """No authority of the hub found: somebody must find one or refer the person elsewhere. Not the parked ones."""
        parked = Q(parked_until__gt=today())
        return self.open().filter(~parked | Q(parked_until__isnull=True), authority__isnull=True)

    def parked(self):
        """No authority found, and put aside until a day that has not come."""
        return self.open().filter(authority__isnull=True, parked_until__gt=today())

    def overdue(self, now: datetime.datetime):
        return self.open().filter(due_at__lt=now)

    def due_soon(self, now: datetime.datetime):
        """Due in what is left of today (enquiries/clocks/states.py)."""
        return self.open().filter(due_at__gte=now, due_at__lt=soon_until(now))

    def covered_by(self, user):
        """Those whose owner is away today, with this person to cover."""
        away = _absences().on(today()).filter(cover=user)
        return self.open().filter(owner__in=away.values("person"))

    def looked_after_by(self, user):
        """One's own, and those of whom one covers for today."""
        away = _absences().on(today()).filter(cover=user)
        return self.open().filter(Q(owner=user) | Q(owner__in=away.values("person")))

    def counted(self):
        """One a household, without tests, kinship and what else is not about fostering (measures.md, rules 3 and 4)."""
        return self.filter(merged_into__isnull=True).exclude(closed_reason__in=journey.NOT_COUNTED)

    def by_campaign(self, *codes: str):
        """Those that came by one of the campaigns, however their codes were written."""
        # The second condition says nothing new, and lets the index of the enquiries with a campaign be used.
        return self.alias(code=Upper("campaign")).filter(~Q(campaign=""), code__in=[code.upper() for code in codes])

    def waiting_on(self, turn: str):
        """Whose turn it is, "not yet" left aside until the day on which we said we would ask again.

        Whoever came to us meanwhile waits like anybody else: then another clock runs than that of the hold.
        """
        not_yet = Q(on_hold=True, clock="hold") & (Q(hold_until__isnull=True) | Q(hold_until__gt=today()))
        # What they were to do and did not do in time is ours again: somebody has to ask.
        theirs = Q(turn=journey.Turn.HOUSEHOLD) & (Q(due_at__isnull=True) | Q(due_at__gt=timezone.now()))
        whose = {
            journey.Turn.HOUSEHOLD: theirs,
            journey.Turn.HUB: Q(turn=journey.Turn.HUB) | (Q(turn=journey.Turn.HOUSEHOLD) & ~theirs),
        }
        return self.open().filter(~not_yet & whose.get(journey.Turn(turn), Q(turn=turn)))

    def callbacks_due(self, now: datetime.datetime):
        """A call-back is booked for today, or was for an earlier day, and not yet made."""
        return self.open().filter(callback_at__lt=soon_until(now))

    def follow_ups(self, now: datetime.datetime):
        """To be followed up or asked again today, or with a task that is due."""
        # Imported only now, as activities are.
        from enquiries.models.tasks import Task

        day = local_date(now)
        clocks = ("follow_up", "hold")
        follow_up = Q(clock__in=clocks, due_at__gte=start_of_day(day), due_at__lt=soon_until(now))
        return self.open().filter(follow_up | Q(pk__in=Task.objects.due(day).values("enquiry")))

    def new_to(self, person, since: datetime.datetime):
        """Theirs, if it came in or somebody gave it to them since the moment; and what came in and nobody owns yet."""
        given = facts().filter(enquiry=OuterRef("pk"), kind="assigned", recorded_at__gt=since)
        given = given.filter(Q(recorded_by__isnull=True) | ~Q(recorded_by=person))
        theirs = self.model.objects.owned_by(person).filter(Q(created_at__gt=since) | Exists(given))
        nobodys = self.model.objects.unassigned().filter(created_at__gt=since)
        # One after the other: asked together, the facts of everybody's enquiries would be looked through.
        those = theirs.order_by().values("pk").union(nobodys.order_by().values("pk"), all=True)
        return self.filter(IsAmong(F("pk"), ArraySubquery(those)))

    def of_councils(self, codes, *, or_none: bool = False):
        """Those of the authorities with these GSS codes; with `or_none`, also those for whom none was found."""
        # Which they are is asked first: joined, the database would read all enquiries of the region to find theirs.
        theirs = Q(authority__in=list(Authority.objects.filter(gss_code__in=codes).values_list("pk", flat=True)))
        return self.filter(theirs | Q(authority__isnull=True) if or_none else theirs)

    def with_safe_contact_rule(self):
        """Those about whom staff must keep a rule: what `SafeContact.rules` puts into words."""
        from enquiries.models.household import SafeContact

        return self.filter(Exists(SafeContact.objects.with_rule().filter(enquiry=OuterRef("pk"))))

    def with_interpreter(self):
        from enquiries.models.household import SafeContact

        return self.filter(pk__in=SafeContact.objects.filter(interpreter=True).values("enquiry"))

    def on_hold(self):
        return self.open().filter(on_hold=True)

    def to_authorise(self):
        return self.filter(stage=Stage.EOI, on_hold=False)

    def silent(self, now: datetime.datetime):
        """Handed over, and the authority has let its time for an answer pass."""
        # What the people wait for from us may be due sooner: that is not the authority's silence.
        return self.filter(stage=Stage.HANDED_OVER, clock="authority_answer", due_at__lt=now)

    def with_next_try(self):
        """With `try_again_on`: the day to try again that was given with the latest attempt to reach them."""
        attempts = facts().not_voided().filter(kind="attempt").newest_first().values("until")
        own = Subquery(attempts.filter(enquiry=OuterRef("pk"))[:1])
        absorbed = Subquery(attempts.filter(enquiry__merged_into=OuterRef("pk"))[:1])
        return self.annotate(try_again_on=Case(When(absorbs=True, then=Coalesce(own, absorbed)), default=own))

    def with_tasks_due(self):
        """With `tasks_due`: their tasks that are due, the first one first."""
        # Imported only now, as activities are.
        from enquiries.models.tasks import Task

        return self.prefetch_related(Prefetch("tasks", Task.objects.due(today()).in_order(), "tasks_due"))

    def undelivered(self):
        """A message to do with them could not be delivered, and nobody has recorded anything since.

        One that was written before two enquiries were merged bears the reference of the other.
        """
        # From the few messages to whose they are: asked of every open enquiry it would take too long.
        whose = unnoticed_messages().filter(seen_to=False).order_by().values("household")
        return self.open().filter(IsAmong(F("pk"), ArraySubquery(whose)))


def unnoticed_messages():
    """Messages given up of which nobody is known to have taken notice, with the `household` that each is about (None
    where there is none) and whether anybody has recorded anything of it since (`seen_to`)."""
    from enquiries.models.enquiry import Enquiry

    about = Enquiry.objects.filter(reference=OuterRef("reference")).order_by().values(of=Coalesce("merged_into", "pk"))
    since = facts().filter(
        enquiry=OuterRef("household"), recorded_by__isnull=False, recorded_at__gt=OuterRef("failed_at")
    )
    return Message.objects.unnoticed().annotate(household=Subquery(about[:1])).annotate(seen_to=Exists(since))
