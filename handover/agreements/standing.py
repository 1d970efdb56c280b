"""How the hub stands with each council: the agreement that holds, the one that follows, and what is wrong."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.formats import date_format

from handover.agreements.models import A_DAY, WARNED_BEFORE, Agreement
from hub.models import Authority
from hub.working_time import today


@dataclass(frozen=True)
class Standing:
    """Of one council today. `wrong` ends a sentence, as “ended on 8 November 2026”; empty where all is well."""

    authority: Authority
    current: Agreement | None
    following: Agreement | None
    wrong: str
    stops: bool  # nothing can be sent today

    @property
    def colour(self) -> str:
        """Of the tag that says how it stands."""
        return "red" if self.stops else "yellow" if self.wrong else "green"

    @property
    def status(self) -> str:
        return "Nothing can be sent" if self.stops else "Ends soon" if self.wrong else "Current"


def standings() -> list[Standing]:
    """Of every council that is a member today, by name."""
    kept = defaultdict(list)
    for agreement in Agreement.objects.select_related("authority"):
        kept[agreement.authority_id].append(agreement)
    return [_standing(authority, kept[authority.pk]) for authority in Authority.objects.members_on(today())]


def standing_with(authority: Authority) -> Standing:
    """Of this council, member or not."""
    return _standing(authority, list(Agreement.objects.filter(authority=authority)))


def _standing(authority: Authority, agreements: list[Agreement]) -> Standing:
    current = next((one for one in agreements if one.is_current), None)
    to_come = sorted((one for one in agreements if one.is_to_come), key=lambda one: one.starts_on)
    following = to_come[0] if to_come else None
    return Standing(authority, current, following, _wrong(agreements, current, following), current is None)


def _wrong(agreements: list[Agreement], current: Agreement | None, following: Agreement | None) -> str:
    if current is None:
        if following is not None:
            return f"starts on {date_format(following.starts_on)}: nothing can be sent before"
        ended = max((one.ends_on for one in agreements if one.ends_on and one.has_ended), default=None)
        return f"ended on {date_format(ended)}" if ended else "has not been recorded"
    last = current.ends_on
    if last is None or last > today() + WARNED_BEFORE or (following and following.starts_on == last + A_DAY):
        return ""
    days = (last - today()).days
    return f"ends on {date_format(last)}, {('today', 'tomorrow')[days] if days < 2 else f'in {days} days'}"
