"""Merging two enquiries of one household, and parting them again. All or nothing, and nothing is lost by either."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from enquiries.duplicates.plan import Change, Plan, make_plan
from enquiries.duplicates.services import keep_household_keys
from enquiries.journey import HUB_STAGES
from enquiries.letters.outbox import call_back_unsafe
from enquiries.models import Activity, Applicant, DuplicatePair, Enquiry, Merge, PostalAddress, SafeContact
from enquiries.services import add_fact, keep_state, record_activity, reroute_enquiry
from hub.errors import Refused

UNDONE_WITHIN = datetime.timedelta(days=30)


@transaction.atomic
def merge_enquiries(
    *, survivor: Enquiry, absorbed: Enquiry, by, version: int | None = None, absorbed_version: int | None = None
) -> Merge:
    """Merge `absorbed` into `survivor`, as the plan says: its facts, consents and messages are read there from now on,
    gaps are filled from it, and the stricter rules for reaching them hold. Its own record stays readable.

    `Refused`, and nothing written, where the plan refuses, or where either has changed since it was looked at.
    """
    locked = _lock(survivor.pk, absorbed.pk)
    survivor, absorbed = locked[survivor.pk], locked[absorbed.pk]
    plan = make_plan(survivor, absorbed, survivor=survivor)
    if plan.refusal:
        raise Refused(plan.refusal)
    if survivor.version != (version or survivor.version) or absorbed.version != (absorbed_version or absorbed.version):
        raise Refused("One of the two has changed since you opened this page. Nothing was merged. Look again.")
    fact = record_activity(enquiry=absorbed, kind="merged", by=by, reason="duplicate", into=survivor)
    before = {**_carry_out(plan), "pairs": _keep_in_pairs(survivor, absorbed, by)}
    _point_at(survivor, absorbed)
    merge = Merge(fact=fact, survivor=survivor, absorbed=absorbed, by=by, before=before)
    said = [f"{absorbed.reference} was merged into this enquiry.", *_set_in_words(plan)]
    record_activity(enquiry=survivor, kind="details_changed", by=by, note=" ".join(said))
    if any(change.name in ("postcode", "chosen_authority_id", "not_authority_id") for change in plan.changes):
        _route_again(survivor)
    if called_back := call_back_unsafe(survivor):
        before["letters"] = called_back
    merge.save(force_insert=True)
    keep_household_keys(survivor)
    return merge


@transaction.atomic
def undo_merge(*, merge: Merge, by) -> list[str]:
    """Part the two again, within 30 days: the absorbed one stands as it did, and what the merge set on the survivor is
    taken back unless somebody has changed it since. Gives, in sentences, what could not be taken back.

    What was recorded on the survivor after the merge stays there.
    """
    locked = _lock(merge.survivor_id, merge.absorbed_id)
    survivor, absorbed = locked[merge.survivor_id], locked[merge.absorbed_id]
    merge = Merge.objects.select_for_update(of=("self",)).select_related("fact").get(pk=merge.pk)
    _refuse_to_part(merge, survivor, absorbed)
    note = f"{absorbed.reference} and {survivor.reference} were parted again."
    voiding = Activity(kind="voided", occurred_at=timezone.now(), voids=merge.fact, note=note)
    add_fact(absorbed, voiding, by=by, recorder="person")
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    _part(survivor, absorbed)
    _take_back_pairs(merge, survivor, absorbed)
    apart = {"pairs", "letters"}
    left = _take_back({of: fields for of, fields in merge.before.items() if of not in apart}, survivor)
    if letters := merge.before.get("letters"):
        left.append(f"Messages that the merge called back ({letters}) are not sent any more. Look what they were told.")
    keep_state(absorbed)
    said = " ".join([f"{absorbed.reference} was parted from this enquiry again.", *left])
    record_activity(enquiry=survivor, kind="details_changed", by=by, note=said)
    if set(merge.before.get("enquiry", {})) & {"postcode", "chosen_authority_id", "not_authority_id"}:
        _route_again(survivor)
    keep_household_keys(survivor)
    return left


def _lock(*pks: int) -> dict[int, Enquiry]:
    """Both, in one order for everybody: two merges at once take turns instead of waiting for each other."""
    rows = Enquiry.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    return {enquiry.pk: enquiry for enquiry in rows}


def _point_at(survivor: Enquiry, absorbed: Enquiry) -> None:
    """Kept flat: whatever was merged into the absorbed one names the survivor too."""
    Enquiry.objects.filter(merged_into=absorbed).update(merged_into=survivor)
    absorbed.absorbs = False
    absorbed.merged_into = survivor
    absorbed.save(update_fields=["absorbs", "merged_into"])
    survivor.absorbs = True
    survivor.save(update_fields=["absorbs"])


def _part(survivor: Enquiry, absorbed: Enquiry) -> None:
    """The absorbed one gets back whatever had been merged into it, directly or not."""
    theirs = _merged_below(absorbed)
    absorbed.merged_into, absorbed.absorbs = None, bool(theirs)
    absorbed.save(update_fields=["merged_into", "absorbs"])
    Enquiry.objects.filter(pk__in=theirs).update(merged_into=absorbed)
    survivor.absorbs = Enquiry.objects.filter(merged_into=survivor).exists()
    survivor.save(update_fields=["absorbs"])


def _merged_below(enquiry: Enquiry) -> set[int]:
    found: set[int] = set()
    level: Iterable[int] = [enquiry.pk]
    while level := list(
        Merge.objects.filter(survivor__in=level, undone_at__isnull=True).values_list("absorbed", flat=True)
    ):
        found |= set(level)
    return found


def _refuse_to_part(merge: Merge, survivor: Enquiry, absorbed: Enquiry) -> None:
    if merge.undone_at is not None:
        raise Refused("They have been parted already.")
    if timezone.now() > merge.at + UNDONE_WITHIN:
        raise Refused("A merge can be undone within 30 days, and this one is older.")
    if survivor.merged_into is not None:
        into = survivor.merged_into.reference
        raise Refused(f"{survivor.reference} itself was merged into {into} since. Undo that first.")


# What the merge changes on the survivor


def _carry_out(plan: Plan) -> dict[str, Any]:
    """Set what the plan says; gives before and after of each field, as kept for undoing."""
    kept: dict[str, Any] = {}
    for change in plan.changes:
        kept.setdefault(change.of, {})[change.name] = [_plain(change.before), _plain(change.after)]
    for of in kept:
        record = _record(plan.survivor, of)
        names = [change.name for change in plan.changes if change.of == of]
        for change in plan.changes:
            if change.of == of:
                setattr(record, change.name, change.after)
        if record.pk is None:
            record.save()
        else:
            record.save(update_fields=names)
    if (person := plan.second_person) is not None:
        fields = {name: getattr(person, name) for name in ("first_name", "last_name", "email", "phone", "born_on")}
        added = Applicant.objects.create(enquiry=plan.survivor, position=_free_place(plan.survivor), **fields)
        kept["added"] = {"position": added.position, **{name: _plain(value) for name, value in fields.items()}}
    return kept


def _free_place(enquiry: Enquiry) -> int:
    return 2 if enquiry.applicants.filter(position=1).exists() else 1


def _record(enquiry: Enquiry, of: str):
    if of == "enquiry":
        return enquiry
    if of == "safe_contact":
        return SafeContact.objects.filter(enquiry=enquiry).first() or SafeContact(enquiry=enquiry)
    if of == "postal_address":
        return PostalAddress.objects.filter(enquiry=enquiry).first() or PostalAddress(enquiry=enquiry)
    return Applicant.objects.filter(enquiry=enquiry, position=int(of.split()[1])).first()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _set_in_words(plan: Plan) -> list[str]:
    labels = dict.fromkeys(change.label[:1].lower() + change.label[1:] for change in plan.changes)
    if plan.second_person is not None:
        labels["the second person"] = None
    return [f"Taken over: {', '.join(labels)}."] if labels else []


def _take_back(before: dict[str, Any], survivor: Enquiry) -> list[str]:
    left = []
    for of, fields in before.items():
        if of == "added":
            left += _take_out(fields, survivor)
            continue
        record = _record(survivor, of)
        names = []
        for name, (was, became) in fields.items():
            if record is not None and _plain(getattr(record, name)) == became:
                setattr(record, name, _as_kept(record, name, was))
                names.append(name)
            else:
                label = Change(of, name, was, became).label
                left.append(f"{label} was changed since the merge and stays as it is.")
        if names:
            record.save(update_fields=names)
        if of == "postal_address" and names and not record.lines:
            record.delete()  # nobody is written to at no address
    return left


def _as_kept(record, name: str, value: Any) -> Any:
    return record._meta.get_field(name.removesuffix("_id")).to_python(value) if not name.endswith("_id") else value


def _take_out(fields: dict[str, Any], survivor: Enquiry) -> list[str]:
    person = Applicant.objects.filter(enquiry=survivor, position=fields["position"]).first()
    if person is None:
        return []
    same = all(_plain(getattr(person, name)) == value for name, value in fields.items() if name != "position")
    if same:
        try:
            with transaction.atomic():
                person.delete()
            return []
        except ProtectedError:
            pass
    return ["The second person’s details were used or changed since the merge and stay as they are."]


def _route_again(survivor: Enquiry) -> None:
    if survivor.stage in HUB_STAGES:
        reroute_enquiry(enquiry=survivor)


# Suggestions


def _pair(one: Enquiry, other: Enquiry) -> dict[str, int]:
    return {"first_id": min(one.pk, other.pk), "second_id": max(one.pk, other.pk)}


def _keep_in_pairs(survivor: Enquiry, absorbed: Enquiry, by) -> dict[str, Any]:
    """The pair is decided; what was thought of the absorbed one and a third holds for the survivor and that one.

    Gives how the pair stood, and the keys of those made for the survivor: what undoing takes back.
    """
    was = DuplicatePair.objects.filter(**_pair(survivor, absorbed)).values_list("state", flat=True).first()
    copied = []
    decided = {"state": DuplicatePair.State.MERGED, "decided_by": by, "decided_at": timezone.now()}
    DuplicatePair.objects.update_or_create(
        **_pair(survivor, absorbed), defaults=decided, create_defaults={**decided, "score": 1.0}
    )
    for pair in [*DuplicatePair.objects.filter(first=absorbed), *DuplicatePair.objects.filter(second=absorbed)]:
        third = pair.second_id if pair.first_id == absorbed.pk else pair.first_id
        if third == survivor.pk or pair.state == DuplicatePair.State.MERGED:
            continue
        copy, is_new = DuplicatePair.objects.get_or_create(
            first_id=min(third, survivor.pk),
            second_id=max(third, survivor.pk),
            defaults={
                "score": pair.score, "reasons": pair.reasons, "state": pair.state, "decided_by": pair.decided_by,
                "decided_at": pair.decided_at,
            },
        )  # fmt: skip
        if is_new:
            copied.append(copy.pk)
    return {"was": was, "copied": copied}


def _take_back_pairs(merge: Merge, survivor: Enquiry, absorbed: Enquiry) -> None:
    """As it was before the merge, but for what somebody has decided since. Who were told apart once are told apart."""
    kept = merge.before.get("pairs", {"was": DuplicatePair.State.SUGGESTED, "copied": []})
    DuplicatePair.objects.filter(pk__in=kept["copied"]).exclude(decided_at__gt=merge.at).delete()
    pair = DuplicatePair.objects.filter(**_pair(survivor, absorbed))
    if kept["was"] is None:
        pair.delete()
    elif kept["was"] == DuplicatePair.State.REFUSED:
        pair.update(state=DuplicatePair.State.REFUSED, decided_by=merge.undone_by, decided_at=merge.undone_at)
    else:
        pair.update(state=DuplicatePair.State.SUGGESTED, decided_by=None, decided_at=None)
