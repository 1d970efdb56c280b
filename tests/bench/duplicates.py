"""Finding duplicates: precision and recall beside Splink's on the same labelled sets, and the time of finding the
candidates of one new enquiry among very many.

`rows()` is for `python -m tests.bench`; by itself: `python -m tests.bench.duplicates [--households N] [--enquiries N]`.
The weights were chosen on seed 1; what is reported is of other seeds.
"""

import argparse
import os
import time
from collections.abc import Callable
from typing import TypeVar

from tests.bench.crowd import candidates_among
from tests.bench.labelled import Asked, labelled
from tests.bench.stored import Pairs, likenesses, true_pairs
from tests.bench.yardstick import YARDSTICK, splinks, splinks_candidates

Found = TypeVar("Found")

SEEDS = (101, 102, 103)


def rows(households: int = 2000, enquiries: int = 1_400_000) -> list[dict]:
    """Quality and time among `enquiries`, ours and Splink's: a row each."""
    sets = [labelled(households, seed) for seed in SEEDS]
    made = [_quality("duplicates, ours", sets, _find_in_each(sets, ours))]
    if YARDSTICK.is_dir():
        found = _find_in_each(sets, splinks)
        for probability in (0.5, 0.9, 0.99):
            chosen = [{pair for pair, p in one.items() if p >= probability} for one in found]
            made.append(_quality(f"duplicates, Splink at {probability}", sets, chosen))
    made.append(candidates_among(enquiries))
    return [*made, splinks_candidates()] if YARDSTICK.is_dir() else made


def _find_in_each(sets: list[list[Asked]], find: Callable[[list[Asked]], Found]) -> list[Found]:
    made = []
    for seed, asked in zip(SEEDS, sets, strict=True):
        started = time.perf_counter()
        made.append(find(asked))
        took = time.perf_counter() - started
        print(f"  {find.__name__}, seed {seed}: {len(asked):,} enquiries in {took:.0f} s", flush=True)
    return made


def _quality(name: str, sets: list[list[Asked]], found: list[Pairs]) -> dict:
    right = wrong = missed = 0
    for asked, pairs in zip(sets, found, strict=True):
        true = true_pairs(asked)
        right, wrong, missed = right + len(pairs & true), wrong + len(pairs - true), missed + len(true - pairs)
    return {
        "name": name,
        "precision": round(right / (right + wrong), 4),
        "recall": round(right / (right + missed), 4),
        "note": f"{sum(map(len, sets)):,} enquiries, {right + missed:,} true pairs",
    }


def ours(asked: list[Asked]) -> Pairs:
    """The pairs that staff are shown, by the product's own look-up; nothing of the set stays stored."""
    from django.db import transaction

    with transaction.atomic():
        shown = {pair for pair, likeness in likenesses(asked) if likeness.shown}
        transaction.set_rollback(True)
    return shown


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.bench.duplicates", description=__doc__)
    options.add_argument("--households", type=int, default=2000)
    options.add_argument("--enquiries", type=int, default=1_400_000)
    asked = options.parse_args()
    from tests.bench.__main__ import fresh_database

    os.environ["DATABASE_URL"] = fresh_database(os.environ["DATABASE_URL"])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    for row in rows(asked.households, asked.enquiries):
        print(row)


if __name__ == "__main__":
    main()
