"""What somebody of the hub has to see to among the handovers. Only what is open, or came back these days, is looked at,
from indexes of its own."""

import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q

from enquiries import journey
from enquiries.councils.wishes import KIND as CHANGE
from enquiries.models import Activity
from hub.working_time import LocalDate, today

LATELY = datetime.timedelta(days=7)
COUNCIL_FACTS = ("initial_visit", "application_received")


def facts(*kinds: str) -> models.QuerySet[Activity]:
    return Activity.objects.not_voided().filter(kind__in=kinds)


def _their_own_facts() -> models.QuerySet[Activity]:
    """What the council recorded of its own work, up to the day on which they said no."""
    said_on = LocalDate(OuterRef("check_with_them__answered_at"))
    theirs = facts(*COUNCIL_FACTS).filter(enquiry=OuterRef("enquiry"), recorded_by__authority=OuterRef("authority"))
    return theirs.filter(occurred_on__lte=said_on, occurred_at__gte=OuterRef("sent_at"))


class FollowedQuerySet(models.QuerySet):
    """Of handovers."""

    model: Any  # which knows this class, and so is not known here

    def unsettled(self, answer: str):
        """Open ones of which they said this, and nobody has seen to it."""
        said = {"check_with_them__answer": answer, "check_with_them__settled_at__isnull": True}
        open_still = self.filter(state__in=self.model.OPEN_STATES)
        return open_still.filter(**said, check_with_them__answered_at__isnull=False)

    def silent(self):
        """The authority's time to answer has passed; it may still answer."""
        return self.filter(state=self.model.State.NO_REPLY)

    def not_heard(self):
        """They say that nobody has been in touch, and nothing of the council's contradicts it."""
        return self.unsettled("no").filter(~Exists(_their_own_facts()))

    def contradicted(self):
        """What they say and what the council recorded do not agree."""
        said_no = Q(pk__in=self.unsettled("no").filter(Exists(_their_own_facts())).values("pk"))
        not_opened = {"opened_at__isnull": True, "state__in": self.model.UNANSWERED_STATES}
        said_yes = Q(pk__in=self.unsettled("yes").filter(**not_opened).values("pk"))
        return self.filter(said_no | said_yes)

    def change_asked(self):
        """The latest of each enquiry whose people asked for another council, and were neither moved nor spoken with
        since."""
        answers = [kind for kind, rule in journey.KINDS.items() if rule.answers]
        later = facts(*answers, *journey.KINDS[CHANGE].answered_by).filter(
            enquiry=OuterRef("enquiry"), occurred_at__gt=OuterRef("occurred_at")
        )
        stages = sorted(journey.AUTHORITY_STAGES | {journey.Stage.READY})
        waiting = facts(CHANGE).filter(~Exists(later), enquiry__stage__in=stages).values("enquiry")
        newer = self.model.objects.filter(enquiry=OuterRef("enquiry"), sent_at__gt=OuterRef("sent_at"))
        return self.filter(~Exists(newer), enquiry__in=waiting)

    def came_back(self):
        """Declined or returned in the last seven days."""
        given_back = self.filter(state__in=[self.model.State.DECLINED, self.model.State.RETURNED])
        return given_back.filter(ended_on__gt=today() - LATELY)

    def with_what_was_told(self):
        """With the people, and what they, the council and we said since: `told_facts` on the enquiry, `times_asked` on
        the fact of sending."""
        told = facts(CHANGE, *COUNCIL_FACTS).select_related("authority").order_by("occurred_at", "pk")
        asked = facts("note").select_related("recorded_by").order_by("pk")
        return self.select_related("authority", "sent_fact", "check_with_them", "enquiry__owner").prefetch_related(
            "enquiry__applicants",
            Prefetch("enquiry__activities", told, to_attr="told_facts"),
            Prefetch("sent_fact__answers", asked, to_attr="times_asked"),
        )
