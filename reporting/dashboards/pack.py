"""The board pack: chosen dashboards as one accessible PDF (PDF/UA-1), with the pictures and tables of the pages."""

import datetime
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string

from hub.audit import log_access
from hub.documents import pdf_of
from hub.models import Hub, User
from hub.working_time import today
from reporting.dashboards.page import Asked, Dashboard, Section
from reporting.dashboards.pickers import PackForm
from reporting.dashboards.registry import BY_SLUG
from reporting.dashboards.remembered import sections_of
from reporting.households.reading import Chosen
from reporting.households.upkeep import up_to_date_at
from reporting.lately import SECONDS
from reporting.measures import Period
from reporting.measures.registry import MEASURES

PATIENCE = 60  # seconds


@dataclass(frozen=True)
class Wanted:
    """What a pack is made of; all of it can be handed to the worker."""

    slugs: tuple[str, ...]
    asked: Asked
    about: str

    @property
    def dashboards(self) -> list[Dashboard]:
        return [BY_SLUG[slug] for slug in self.slugs]

    @property
    def key(self) -> str:
        return f"board-pack:{hashlib.sha256(repr(self).encode()).hexdigest()[:32]}"

    def as_json(self) -> dict:
        chosen = self.asked.chosen
        return {
            "slugs": self.slugs, "first": chosen.span.first.isoformat(), "last": chosen.span.last.isoformat(),
            "authority": chosen.authority, "campaign": chosen.campaign, "protected": self.asked.protected,
            "today": self.asked.today.isoformat(), "about": self.about,
        }  # fmt: skip

    @classmethod
    def of_json(cls, said: dict) -> "Wanted":
        first, last, today = (datetime.date.fromisoformat(said[name]) for name in ("first", "last", "today"))
        chosen = Chosen(Period(first, last), said["authority"], said["campaign"])
        return cls(tuple(said["slugs"]), Asked(chosen, said["protected"], today), said["about"])


def board_pack(*, form: PackForm, by: User) -> bytes | None:
    """The PDF of what was picked, without small numbers for whoever may not see them. Each one taken away is logged.

    None when it has not been put together yet: the worker does it, because setting the pages takes seconds, and whoever
    asks again gets it. Should no worker have come to it within a minute, it is made while they wait.
    """
    wanted = _wanted(form, by)
    content = cache.get(wanted.key)
    if content is None and _is_on_its_way(wanted):
        return None
    if content is None:
        content = make(wanted)
    log_access(by=by, action="board_pack_exported", reference=wanted.asked.chosen.span.label[:40])
    return content


def make(wanted: Wanted) -> bytes:
    """The PDF, kept for as long as the dashboards in it."""
    parts = [(dashboard, sections_of(dashboard, wanted.asked)) for dashboard in wanted.dashboards]
    content = to_pdf(wanted, parts)
    cache.set(wanted.key, content, SECONDS)
    return content


def to_pdf(wanted: Wanted, parts: Sequence[tuple[Dashboard, Sequence[Section]]]) -> bytes:
    embedded = {
        _picture(dashboard, section): ("image/svg+xml", section.svg.encode())
        for dashboard, sections in parts
        for section in sections
        if section.svg
    }
    return pdf_of(to_html(wanted, parts), embedded=embedded)


def to_html(wanted: Wanted, parts: Sequence[tuple[Dashboard, Sequence[Section]]]) -> str:
    """The document that the PDF is made of."""
    shown = [(dashboard, [(_picture(dashboard, one), one) for one in sections]) for dashboard, sections in parts]
    codes = {code for _, sections in parts for section in sections for code in section.measures}
    hub = Hub.objects.first()
    context = {
        "hub": hub.name if hub else "",
        "about": wanted.about,
        "parts": shown,
        "opening": [sections[0] for _, sections in parts if sections],
        "measures": [measure for code, measure in MEASURES.items() if code in codes],
        "protected": wanted.asked.protected,
        "up_to_date_at": up_to_date_at(),
    }
    return render_to_string("pdf/board_pack.html", context)


def _picture(dashboard: Dashboard, section: Section) -> str:
    return f"embedded:{dashboard.slug}-{section.slug}.svg"


def _wanted(form: PackForm, by: User) -> Wanted:
    if not by.can("see_reports"):
        raise PermissionDenied
    slugs = tuple(slug for slug in form.cleaned_data["dashboards"] if by.can(BY_SLUG[slug].right))
    return Wanted(slugs, Asked(form.chosen, not by.can("see_small_numbers"), today()), form.in_words)


def _is_on_its_way(wanted: Wanted) -> bool:
    """Whether the worker is at it; asked once, and given up after a minute."""
    from reporting.tasks import make_board_pack

    if cache.add(f"{wanted.key}:asked", time.time(), SECONDS):
        make_board_pack.delay(wanted.as_json())
        return True
    return time.time() - (cache.get(f"{wanted.key}:asked") or 0) < PATIENCE
