"""What to look at before signing, grouped by who can mend it."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils.text import slugify

from enquiries.journey import KINDS
from enquiries.models import Activity, DuplicatePair, Enquiry
from hub.models import User
from hub.working_time import local_date
from reporting.measures import Period, data_quality
from reporting.returns.models import Return

# What the council's own record says; where no council holds the enquiry, and for all the rest, it is the hub's.
OF_THE_COUNCIL = frozenset(
    {"answer_before_sent", "application_before_received", "decision_before_application", "approval_without_application",
     "approval_without_places", "referral_unanswered", "accepted_and_silent", "assessment_and_silent",
     "refusal_without_application", "places_impossible"}
)  # fmt: skip
FUTURE = ("future_fact", "Something is dated in the future")
TWICE = ("may_be_twice", "May be the same household as another, so that it is counted twice")
MANAGER = "A hub manager"
SHOWN = 10  # of one finding of one person, on the page of the return
MOST = 2000  # of the two lists that are not of the period's own cases


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with some records, which the same person can mend."""

    code: str
    label: str
    references: list[str]

    @property
    def shown(self) -> list[str]:
        return self.references[:SHOWN]

    @property
    def more(self) -> int:
        return len(self.references) - len(self.shown)


@dataclass(frozen=True)
class Mender:
    """Who can mend something: a colleague, a council by its name, or a manager where nobody else can."""

    name: str
    about: str
    findings: list[Finding]

    @property
    def slug(self) -> str:
        return slugify(f"{self.about} {self.name}")

    @cached_property
    def count(self) -> int:
        return sum(len(finding.references) for finding in self.findings)


def findings_of(*, ret: Return, user: User) -> list[Mender]:
    """What is missing, impossible or contradictory in a return's figures as at its moment (measures.md, rule 10 and
    M19, and what follows from the definitions), by who can mend it now; whoever has the most to do comes first."""
    found = {finding["code"]: (finding["label"], finding["enquiries"]) for finding in _found(ret, user)}
    ids = {pk for _, enquiries in found.values() for pk in enquiries}
    known = Enquiry.objects.visible_to(user).filter(pk__in=ids).select_related("owner", "held_by").only(
        "reference", "owner__name", "owner__is_active", "held_by__name"
    )  # fmt: skip
    records = {enquiry.pk: enquiry for enquiry in known}
    by_mender: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for code, (_, enquiries) in found.items():
        for pk in enquiries:
            if pk in records:
                by_mender[_mender_of(code, records[pk])][code].append(records[pk].reference)
    menders = [
        Mender(name, about, [Finding(code, found[code][0], sorted(refs)) for code, refs in theirs.items()])
        for (name, about), theirs in by_mender.items()
    ]
    return sorted(menders, key=lambda mender: (-mender.count, mender.name))


def count_of(menders: list[Mender]) -> int:
    return sum(mender.count for mender in menders)


def _found(ret: Return, user: User) -> list[dict]:
    found = data_quality(ret.period, ret.as_at, doubts=True)
    for (code, label), enquiries in (
        (FUTURE, _dated_in_the_future(ret.as_at, user)),
        (TWICE, _may_be_twice(ret.period, ret.as_at)),
    ):
        if enquiries:
            found.append({"code": code, "label": label, "enquiries": enquiries})
    return found


def _mender_of(code: str, enquiry: Enquiry) -> tuple[str, str]:
    if code in OF_THE_COUNCIL and enquiry.held_by:
        return enquiry.held_by.name, "council"
    if enquiry.owner and enquiry.owner.is_active:
        return enquiry.owner.name, "owner"
    return MANAGER, "manager"


def _dated_in_the_future(as_at: datetime.datetime, user: User) -> list[int]:
    """Facts of a day to come: each will count in a month in which nothing happened."""
    facts = Activity.objects.visible_to(user).not_voided()
    kinds = [kind for kind, rule in KINDS.items() if rule.rank < 200]
    late = facts.filter(kind__in=kinds, occurred_on__gt=local_date(as_at), recorded_at__lte=as_at)
    return list(late.order_by("enquiry_id").values_list("enquiry_id", flat=True).distinct()[:MOST])


def _may_be_twice(period: Period, as_at: datetime.datetime) -> list[int]:
    """Suggested pairs that nobody has judged, of which one came in the period; shown under the later of the two."""
    days = (period.first, period.last)
    pairs = DuplicatePair.objects.filter(
        Q(first__received_at__date__range=days) | Q(second__received_at__date__range=days),
        state=DuplicatePair.State.SUGGESTED, found_at__lte=as_at,
        first__merged_into=None, second__merged_into=None,
    )  # fmt: skip
    return sorted(set(pairs.values_list("second_id", flat=True)[:MOST]))
