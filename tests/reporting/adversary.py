"""Somebody who knows what is published, what adds up to what and all our rules, and wants to know a hidden number."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from reporting.suppression.solving import Cell, Sum

Counts = dict[Cell, int]


def sums_of_table(rows: int, columns: int) -> list[Sum]:
    """Of a table with totals at its right, below and in the corner; one row has no totals below."""
    below = ["total"] if rows > 1 else []
    found = [Sum((row, "total"), tuple((row, column) for column in range(columns))) for row in [*range(rows), *below]]
    if below:
        found += [
            Sum(("total", column), tuple((row, column) for row in range(rows))) for column in [*range(columns), "total"]
        ]
        every = tuple((row, column) for row in range(rows) for column in range(columns))
        found.append(Sum(("total", "total"), every))
    return found


def with_totals(inner: Counts, sums: list[Sum]) -> Counts:
    counts = dict(inner)
    for _ in range(2):  # the corner is the total of totals
        for one in sums:
            if all(part in counts for part in one.parts):
                counts[one.total] = sum(counts[part] for part in one.parts)
    return counts


def tables(rows: int, columns: int, most: int) -> Iterator[Counts]:
    """Every table whose counts add up to no more than `most`."""
    places = [(row, column) for row in range(rows) for column in range(columns)]

    def fill(left: list, room: int) -> Iterator[Counts]:
        if not left:
            yield {}
            return
        for count in range(room + 1):
            for rest in fill(left[1:], room - count):
                yield {left[0]: count, **rest}

    sums = sums_of_table(rows, columns)
    for inner in fill(places, most):
        yield with_totals(inner, sums)


def told_by_the_rules(every: Iterable[Counts], hide: Callable[[Counts], set[Cell]]) -> list[tuple[Cell, Counts]]:
    """Try all that there is: of the tables that look alike from outside each hidden cell must have two values."""
    alike: dict[tuple, list[Counts]] = defaultdict(list)
    for counts in every:
        hidden = hide(counts)
        alike[tuple((cell, None if cell in hidden else count) for cell, count in counts.items())].append(counts)
    return [
        (cell, members[0])
        for seen, members in alike.items()
        for cell, shown in seen
        if shown is None and len({counts[cell] for counts in members}) < 2
    ]


def told_by_sums(counts: Counts, sums: list[Sum], hidden: set[Cell], least: dict[Cell, int] | None = None) -> set[Cell]:
    """Solve the sums for whole numbers: the hidden cells for which no second value is found."""
    equations = []
    for one in sums:
        signs = [(one.total, -1), *((part, 1) for part in one.parts)]
        terms = {cell: sign for cell, sign in signs if cell in hidden}
        equations.append((terms, -sum(sign * counts[cell] for cell, sign in signs if cell not in hidden)))
    equations = [equation for equation in equations if equation[0]]
    free = {cell: ((least or {}).get(cell, 1), counts[cell] + 30) for cell in hidden}
    return {cell for cell in hidden if not _has_another(cell, counts, equations, free)}


def _has_another(cell: Cell, counts: Counts, equations: list, free: dict) -> bool:
    low, high = free[cell]
    below = _can_be({**free, cell: (low, counts[cell] - 1)}, equations, counts)
    return below or _can_be({**free, cell: (counts[cell] + 1, high)}, equations, counts)


def _can_be(bounds: dict, equations: list, near: Counts) -> bool:
    """Depth first, with what each sum leaves for each of its cells; nearest to the truth first."""
    bounds = dict(bounds)
    moved = True
    while moved:
        moved = False
        for terms, amount in equations:
            ends = {c: bounds[c] if sign == 1 else (-bounds[c][1], -bounds[c][0]) for c, sign in terms.items()}
            least, most = sum(end[0] for end in ends.values()), sum(end[1] for end in ends.values())
            for cell, sign in terms.items():
                low, high = amount - (most - ends[cell][1]), amount - (least - ends[cell][0])
                low, high = (low, high) if sign == 1 else (-high, -low)
                narrowed = max(low, bounds[cell][0]), min(high, bounds[cell][1])
                if narrowed[0] > narrowed[1]:
                    return False
                if narrowed != bounds[cell]:
                    bounds[cell], moved = narrowed, True
                    ends[cell] = narrowed if sign == 1 else (-narrowed[1], -narrowed[0])
                    least, most = sum(end[0] for end in ends.values()), sum(end[1] for end in ends.values())
    open_cells = [cell for cell, (low, high) in bounds.items() if low < high]
    if not open_cells:
        return True
    cell = min(open_cells, key=lambda one: (bounds[one][1] - bounds[one][0], repr(one)))
    low, high = bounds[cell]
    values = sorted(range(low, high + 1), key=lambda value: abs(value - near[cell]))
    return any(_can_be({**bounds, cell: (value, value)}, equations, near) for value in values)
