"""What is counted: the registry as people read it."""

from dataclasses import dataclass

from django.urls import reverse

from hub.models import User
from hub.working_time import today
from reporting.measures.period import Period
from reporting.measures.registry import MEASURES, Measure
from reporting.measures.versions import Definition, all_definitions, definition_for
from reporting.returns.models import Return
from reporting.targets.models import Target
from reporting.targets.reading import target_for
from reporting.targets.shown import in_words


@dataclass(frozen=True)
class Group:
    title: str
    measures: list[Measure]


def groups_now() -> list[Group]:
    """Every code, in the sections of the definition that holds now; the narrative last."""
    definition = definition_for(Period.month_of(today()))
    placed = [
        Group(title, [MEASURES[code] for code in codes if code not in definition.left_out])
        for _, title, codes in definition.sections
    ]
    known = {measure.code for group in placed for measure in group.measures}
    rest = [measure for measure in MEASURES.values() if measure.code not in known]
    return [group for group in [*placed, Group("Narrative and others", rest)] if group.measures]


@dataclass(frozen=True)
class Known:
    """One code with what else there is to say of it."""

    measure: Measure
    target: str
    versions: list[tuple[Definition, str]]  # with what it is called there; "" where it is left out
    latest: str  # the address of the latest return that has it, or ""


def about(code: str, user: User) -> Known | None:
    """What a page about the code says; None where there is no such code."""
    measure = MEASURES.get(code)
    if measure is None:
        return None
    versions = [(one, "" if code in one.left_out else one.label(code) or measure.label) for one in all_definitions()]
    wanted = target_for(code, today())
    return Known(
        measure,
        in_words(Target(code=code, value=wanted)) if wanted is not None else "",
        versions,
        _latest_with(measure) if user.can("see_small_numbers") else "",
    )


def _latest_with(measure: Measure) -> str:
    kind = Return.Kind.QUARTERLY if measure.code.startswith("K") else Return.Kind.MONTHLY
    latest = Return.objects.filter(kind=kind).order_by("-period_from", "-version").without_lines().first()
    return f"{reverse('return_page', args=[latest.period])}#{_section_of(measure.code)}" if latest else ""


def _section_of(code: str) -> str:
    sections = definition_for(Period.month_of(today())).sections
    return next((slug for slug, _, codes in sections if code in codes), "narrative")
