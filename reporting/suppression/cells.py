"""Which cells of tables with totals to hide, so that no small number is seen or can be worked out (measures.md).

A table is said as its cells and the sums that they add up to: rows, columns, a quarter of its months, a breakdown of
its measure. So tables that share a margin are protected together, in every direction, and what one of them shows gives
nothing of another away. Why so, and against what it does not hold: docs/decisions/0031.
"""

import itertools
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from reporting.suppression.solving import Cell, Move, Sum, moves, reckoned

SMALL = range(1, 5)
# Where more cells than these are hidden, none stands so alone that one must look for its double.
FEW = 20
# Two moves at once are tried in tables of so many cells: in larger ones a single one is found.
SMALL_TABLES = 40
# How far a double's counts are sought from the true ones: small ones are no further from each other.
REACH = range(1, 6)


def hidden_cells(
    counts: Mapping[Cell, int],
    sums: Sequence[Sum],
    *,
    also: Mapping[Cell, Collection[Cell]] | None = None,
    least: Mapping[Cell, float] | None = None,
    never_small: Collection[Cell] = (),
) -> set[Cell]:
    """The cells to hide: small ones, and so many others that whoever knows the rest cannot reckon a hidden one.

    `also` gives for a cell those that go with it: where it is hidden, so are they. `least` is what a hidden cell can at
    least be where that is not 1: a nought stays, because nobody is behind it, unless it goes with something else.
    `never_small` are those whose smallness is nobody's secret.
    """
    hide: set[Cell] = set()
    for part in _apart(counts, sums, also or {}):
        own = {cell: counts[cell] for cell in part}
        own_sums = [one for one in sums if one.total in own]
        hide |= _Tables(own_sums, also or {}, least or {}, frozenset(never_small)).hidden(own)
    return hide


def is_small(count: int) -> bool:
    return abs(count) in SMALL


def _apart(counts: Mapping[Cell, int], sums: Sequence[Sum], also: Mapping[Cell, Collection[Cell]]) -> list[set[Cell]]:
    """The cells in groups that have nothing to do with each other."""
    near: dict[Cell, set[Cell]] = defaultdict(set)
    links = [(one.total, part) for one in sums for part in one.parts]
    for cell, other in itertools.chain(links, ((cell, other) for cell, others in also.items() for other in others)):
        near[cell].add(other)
        near[other].add(cell)
    left, groups = set(counts), []
    while left:
        todo, group = [left.pop()], set()
        while todo:
            cell = todo.pop()
            group.add(cell)
            todo.extend(near[cell] & left)
            left -= near[cell]
        groups.append(group)
    return groups


class _Tables:
    """Tables that hang together: what of them to hide, whatever their counts are."""

    def __init__(
        self,
        sums: Sequence[Sum],
        also: Mapping[Cell, Collection[Cell]],
        least: Mapping[Cell, float],
        never_small: frozenset[Cell],
    ):
        self.sums, self.also, self.least, self.never_small = sums, also, least, never_small
        self.sums_of: dict[Cell, list[int]] = defaultdict(list)
        for number, one in enumerate(sums):
            for cell in one.cells:
                self.sums_of[cell].append(number)

    def hidden(self, counts: Mapping[Cell, int]) -> set[Cell]:
        """Besides what could be reckoned, more is hidden where our own rule would tell: nobody who knows it can say
        why a cell is hidden as long as it would be with other counts too (`_has_double`)."""
        hide = self._first(counts)
        while alone := self._without_double(counts, hide):
            more = self._beside(alone, counts, hide)
            if not more:
                break
            hide |= self._with_theirs(more)
        return hide

    def _first(self, counts: Mapping[Cell, int]) -> set[Cell]:
        hide: set[Cell] = set()
        to_look_at: deque[int] = deque()

        def add(cells: Iterable[Cell]) -> None:
            for cell in self._with_theirs(cells) - hide:
                hide.add(cell)
                to_look_at.extend(self.sums_of[cell])

        add(self._small(counts))
        while True:
            while to_look_at:
                one = self.sums[to_look_at.popleft()]
                if self._tells(one, counts, hide):
                    add(_next_smallest(one.parts, counts, hide) or {one.total})
            told = reckoned(counts, self.sums, hide, self.least)
            more = self._beside(told, counts, hide)
            if not more:
                return hide
            add(more)

    def _small(self, counts: Mapping[Cell, int]) -> set[Cell]:
        return {cell for cell, count in counts.items() if is_small(count) and cell not in self.never_small}

    def _with_theirs(self, cells: Iterable[Cell]) -> set[Cell]:
        """The cells with those that go with them."""
        found, todo = set(), list(cells)
        while todo:
            cell = todo.pop()
            if cell not in found:
                found.add(cell)
                todo.extend(self.also.get(cell, ()))
        return found

    def _tells(self, one: Sum, counts: Mapping[Cell, int], hide: set[Cell]) -> bool:
        """One sum by itself: a single unknown is told, and so are ones, whose sum is their number.

        A total that is hidden beside four or more would tell ones, were that of one more not hidden as well.
        """
        unknown = [cell for cell in one.cells if cell in hide]
        if len(unknown) < 2 or one.total in hide:
            return len(unknown) == 1
        more = sum(counts[cell] for cell in unknown) - len(unknown)
        ones = more == 0 or (more == 1 and len(unknown) >= SMALL[-1])
        return ones and not any(cell in self.least for cell in unknown)

    def _beside(self, cells: Iterable[Cell], counts: Mapping[Cell, int], hide: set[Cell]) -> set[Cell]:
        """What to hide so that the cells are less alone: of each the next smallest of its sums, or else the totals."""
        found: set[Cell] = set()
        for cell in cells:
            sums = [self.sums[number] for number in self.sums_of[cell]]
            more = _next_smallest({part for one in sums for part in one.parts}, counts, hide)
            found |= more or {one.total for one in sums} - hide
        return found

    def _without_double(self, counts: Mapping[Cell, int], hide: set[Cell]) -> set[Cell]:
        """The hidden cells of which no other count is found that looks the same from outside."""
        small = self._small(counts)
        alone, ways = set(hide), moves(self.sums, hide)
        for move in ways:
            # Between small ones: with other small numbers in their place we hide the same.
            if small.issuperset(move) and self._shifted(counts, move, within=SMALL):
                alone -= move.keys()
        if len(hide) > FEW:
            return set()
        first = self._first(counts)
        together = _pairs(ways) if len(counts) <= SMALL_TABLES else ()
        for move in itertools.chain(ways, together):
            if not alone.isdisjoint(move) and self._has_double(counts, move, first):
                alone -= move.keys()
        return alone

    def _has_double(self, counts: Mapping[Cell, int], move: Move, first: set[Cell]) -> bool:
        return any(self._first(other) == first for other in self._shifted(counts, move))

    def _shifted(self, counts: Mapping[Cell, int], move: Move, within: range | None = None) -> list[dict[Cell, int]]:
        """The counts moved along, as far as they remain counts: of what is hidden none is nought."""
        found = []
        for times in (sign * step for step in REACH for sign in (1, -1)):
            moved = {cell: counts[cell] + times * by for cell, by in move.items()}
            if all(count in within if within else count >= self.least.get(cell, 1) for cell, count in moved.items()):
                found.append({**counts, **moved})
        return found


def _next_smallest(cells: Iterable[Cell], counts: Mapping[Cell, int], hide: set[Cell]) -> set[Cell]:
    """All that share the smallest count still shown: of equals none before another, or its place would tell."""
    shown = {cell: abs(counts[cell]) for cell in cells if cell not in hide and counts[cell]}
    return {cell for cell, count in shown.items() if count == min(shown.values())}


def _pairs(ways: Sequence[Move]) -> Iterator[Move]:
    for one, other in itertools.combinations(ways, 2):
        for sign in (1, -1):
            both = {cell: one.get(cell, 0) + sign * other.get(cell, 0) for cell in one.keys() | other.keys()}
            yield {cell: by for cell, by in both.items() if by}
