"""What whoever sees a part of the cells, and knows what adds up to what, can say of the others."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any

Cell = Any  # a name for it: whatever can be a key
Move = dict[Cell, int]
# Sums are solved in the numbers modulo this prime: exactly, and no number grows.
_PRIME = 2**31 - 1


@dataclass(frozen=True)
class Sum:
    """A cell that others add up to, as everybody knows who reads the tables."""

    total: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        return (self.total, *self.parts)

    @cached_property
    def signs(self) -> dict[Cell, int]:
        """The parts less the total are nought."""
        return {**dict.fromkeys(self.parts, 1), self.total: -1}


def reckoned(
    counts: Mapping[Cell, int], sums: Sequence[Sum], hide: Collection[Cell], least: Mapping[Cell, float]
) -> set[Cell]:
    """The hidden cells that whoever sees the others can reckon: by solving the sums, or because a hidden count is at
    least 1, or what `least` says."""
    equations = [_equation(one, counts, hide) for one in sums]
    equations = [(terms, shown) for terms, shown in equations if terms]
    solved = _solved([terms for terms, _ in equations])
    return {cell for cell, row in solved.items() if len(row) == 1} | _squeezed(equations, least)


def moves(sums: Sequence[Sum], hide: Collection[Cell]) -> list[Move]:
    """The ways in which the hidden counts could be others with nothing shown changed: one for each that is free."""
    equations = [{cell: sign for cell, sign in one.signs.items() if cell in hide} for one in sums]
    solved = _solved([terms for terms in equations if terms])
    found: dict[Cell, Move] = {cell: {cell: 1} for cell in sorted(hide, key=repr) if cell not in solved}
    for pivot, row in solved.items():
        for cell in row.keys() - {pivot}:
            found[cell][pivot] = -(row[cell] - _PRIME if row[cell] > _PRIME // 2 else row[cell])
    # Fractions would be huge numbers here; sums of counts hardly ever give any.
    return [move for move in found.values() if all(abs(by) < 100 for by in move.values())]


_Equation = tuple[dict[Cell, int], int]


def _equation(one: Sum, counts: Mapping[Cell, int], hide: Collection[Cell]) -> _Equation:
    """Hidden cells with their signs, and what they add up to."""
    terms: dict[Cell, int] = {}
    shown = 0
    for cell, sign in one.signs.items():
        if cell in hide:
            terms[cell] = sign
        else:
            shown -= sign * counts[cell]
    return terms, shown


def _solved(rows: Iterable[dict[Cell, int]]) -> dict[Cell, dict[Cell, int]]:
    """The sums solved as far as they go (Gauss and Jordan, over sparse rows): what is alone in its row is told."""
    pivots: dict[Cell, dict[Cell, int]] = {}
    holders: dict[Cell, set[Cell]] = defaultdict(set)  # in which pivots' rows a cell stands
    for terms in sorted(rows, key=len):
        row = dict(terms)
        for cell in [cell for cell in row if cell in pivots]:
            _subtract(row, pivots[cell], row[cell])
        if not row:
            continue
        pivot = min(row, key=lambda cell: len(holders[cell]))
        inverse = pow(row[pivot], -1, _PRIME)
        row = {cell: factor * inverse % _PRIME for cell, factor in row.items()}
        for other in list(holders[pivot]):
            before = set(pivots[other])
            _subtract(pivots[other], row, pivots[other][pivot])
            for cell in before ^ set(pivots[other]):
                (holders[cell].discard if cell in before else holders[cell].add)(other)
        pivots[pivot] = row
        for cell in row:
            holders[cell].add(pivot)
    return pivots


def _subtract(row: dict[Cell, int], other: Mapping[Cell, int], times: int) -> None:
    for cell, factor in other.items():
        left = (row.get(cell, 0) - times * factor) % _PRIME
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)


def _squeezed(equations: Sequence[_Equation], least: Mapping[Cell, float]) -> set[Cell]:
    """The cells whose least and greatest possible numbers meet, by what each sum leaves for each of its cells."""
    low: dict[Cell, float] = {cell: least.get(cell, 1) for terms, _ in equations for cell in terms}
    high: dict[Cell, float] = dict.fromkeys(low, inf)
    of_cell: dict[Cell, list[int]] = defaultdict(list)
    for number, (terms, _) in enumerate(equations):
        for cell in terms:
            of_cell[cell].append(number)
    todo, waiting = deque(range(len(equations))), set(range(len(equations)))
    rounds = 40 * len(equations)  # each looks at one sum; bounds that creep on for longer leave room enough
    while todo and rounds:
        rounds -= 1
        number = todo.popleft()
        waiting.discard(number)
        for cell in _narrow(*equations[number], low, high):
            fresh = [other for other in of_cell[cell] if other not in waiting]
            todo.extend(fresh)
            waiting.update(fresh)
    return {cell for cell in low if low[cell] == high[cell]}


def _narrow(terms: dict[Cell, int], amount: int, low: dict[Cell, float], high: dict[Cell, float]) -> list[Cell]:
    """The cells whose bounds this sum has moved."""
    least = most = 0.0
    endless_below = endless_above = 0
    for cell, sign in terms.items():
        bottom, top = (low[cell], high[cell]) if sign == 1 else (-high[cell], -low[cell])
        if bottom == -inf:
            endless_below += 1
        else:
            least += bottom
        if top == inf:
            endless_above += 1
        else:
            most += top
    if endless_below > 1 and endless_above > 1:
        return []
    moved = []
    for cell, sign in terms.items():
        bottom, top = (low[cell], high[cell]) if sign == 1 else (-high[cell], -low[cell])
        others_below, others_above = endless_below - (bottom == -inf), endless_above - (top == inf)
        at_most = inf if others_below else amount - least + (0 if bottom == -inf else bottom)
        at_least = -inf if others_above else amount - most + (0 if top == inf else top)
        if at_most < top or at_least > bottom:
            bottom, top = max(bottom, at_least), min(top, at_most)
            low[cell], high[cell] = (bottom, top) if sign == 1 else (-top, -bottom)
            moved.append(cell)
    return moved
