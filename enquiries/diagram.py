"""The journey table drawn: a Mermaid state diagram and the rows beneath it, for docs/journey.md."""

from enquiries import journey
from enquiries.journey import CLOCKS, KINDS, MOVES, STAGES, Move, Stage
from hub.people.roles import RIGHTS, Role

INTRODUCTION = """# The journey

Made from `enquiries/journey.py` by `manage.py journey_diagram`; `make check` compares the two. Do not edit by hand.

A stage is where an enquiry stands; an activity is a dated fact; a move says which activity may happen in which stage,
who may record it and where it leads. On hold ("not yet") is a condition on top of a stage, not a stage.
"""


def journey_document() -> str:
    """The whole of docs/journey.md as the table has it now."""
    parts = [INTRODUCTION, *_diagram(), "", "## Stages", "", *_stages(), "", "## Clocks", "", *_clocks()]
    return (
        "\n".join(
            [*parts, "", "## Moves", "", *_moves(), "", "## Facts and the measures that read them", "", *_kinds()]
        )
        + "\n"
    )


def _diagram() -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2", "    direction TB", "    [*] --> new: Enquiry received"]
    lines += [f"    {stage.value}: {rule.label}" for stage, rule in STAGES.items()]
    arrows: dict[tuple[str, str], list[str]] = {}
    for move in MOVES:
        if move.to in (journey.STAYS, journey.AS_BEFORE) or (move.to == Stage.CLOSED and not move.outcome):
            continue  # closing is possible nearly everywhere: said in the table, not drawn ten times
        for stage in _in_order(move):
            arrows.setdefault((stage, str(move.to)), []).append(_label(move))
    lines += [f"    {start} --> {end}: {' / '.join(labels)}" for (start, end), labels in arrows.items()]
    return [*lines, "    approved --> [*]", "    closed --> [*]", "```"]


def _stages() -> list[str]:
    rows = ["| stage | code | whose turn | next step | clock |", "| --- | --- | --- | --- | --- |"]
    for stage, rule in STAGES.items():
        clock = CLOCKS[rule.clock].label if rule.clock else ""
        rows.append(f"| {rule.label} | `{stage.value}` | {rule.turn.value} | {rule.next_step} | {clock} |")
    return rows


def _clocks() -> list[str]:
    rows = ["| clock | working days, unless the database says otherwise | started by |", "| --- | --- | --- |"]
    for name, clock in CLOCKS.items():
        starts = ", ".join(KINDS[kind].label for kind in clock.started_by)
        rows.append(f"| {clock.label} (`{name}`) | {clock.working_days or 'a date is given'} | {starts} |")
    return rows


def _moves() -> list[str]:
    rows = ["| activity | in the stages | by | on hold | leads to |", "| --- | --- | --- | --- | --- |"]
    held = {None: "also", True: "only", False: "no"}
    for move in MOVES:
        stages = "all" if move.stages == journey.ALL_STAGES else ", ".join(STAGES[s].label for s in _in_order(move))
        rows.append(f"| {_label(move)} | {stages} | {_who(move.right)} | {held[move.held]} | {_leads_to(move)} |")
    return rows


def _kinds() -> list[str]:
    rows = ["| fact | code | needs | measures |", "| --- | --- | --- | --- |"]
    for kind, rule in sorted(KINDS.items(), key=lambda item: item[1].rank):
        rows.append(f"| {rule.label} | `{kind}` | {', '.join(rule.needs)} | {', '.join(rule.measures)} |")
    return rows


def _in_order(move: Move) -> list[Stage]:
    return [stage for stage in Stage if stage in move.stages]


def _label(move: Move) -> str:
    label = KINDS[move.kind].label
    return f"{label}, {journey.OUTCOMES[move.outcome].lower()}" if move.outcome else label


def _leads_to(move: Move) -> str:
    if move.to == journey.STAYS:
        return "stays"
    return "as the other facts say" if move.to == journey.AS_BEFORE else STAGES[Stage(move.to)].label


def _who(right: str) -> str:
    if right == journey.SYSTEM:
        return "the product itself"
    return ", ".join(role.label.lower() for role in Role if right in RIGHTS[role])
