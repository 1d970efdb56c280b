"""Packages as PDFs: how long one takes, and what making very many costs one worker process in memory.

`rows()` is for `python -m tests.bench`. By itself, with a database that holds packages: `python -m tests.bench.packages
COUNT` is the worker process, which makes COUNT and prints what it used as JSON. The floor is a page with one sentence.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

PACKAGES = 1000
MOST_MB = 300
MOST_MS = 1500
SAMPLE = 40  # different ones, in turn
WARM = 5  # made before memory is first read: fonts and templates are loaded once, whatever follows
FLOOR = (
    '<!DOCTYPE html><html lang="en-GB"><head><title>One</title></head><body><h1>One</h1><p>Sentence.</p></body></html>'
)


def rows(count: int = PACKAGES) -> list[dict]:
    """The time of one, in a process that does nothing else, and the growth of that process over `count`."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.bench.packages", str(count)],
        check=True, capture_output=True, text=True, env=dict(os.environ),
    )  # fmt: skip
    used = json.loads(child.stdout.splitlines()[-1])
    print(f"  {count} packages: median {used['ms']} ms, slowest {used['slowest_ms']} ms;", end=" ")
    print(f"memory {used['before_mb']} MB, after {used['after_mb']} MB, highest {used['highest_mb']} MB", flush=True)
    grown = round(used["highest_mb"] - used["before_mb"], 1)
    return [
        {
            "name": "package PDF",
            "ms": used["ms"],
            "floor_ms": used["floor_ms"],
            "ratio": round(used["ms"] / used["floor_ms"], 2),
            "note": f"floor: a page with one sentence; at most {MOST_MS} ms",
        },
        {
            "name": f"{count} packages, one worker",
            "grown_mb": grown,
            "before_mb": used["before_mb"],
            "highest_mb": used["highest_mb"],
            "note": f"may grow by {MOST_MB} MB",
        },
    ]


def _make(count: int) -> dict:
    """As the worker makes them: read, drawn, stored, and noted on the handover."""
    import psutil
    from django.conf import settings
    from django.db import reset_queries

    from handover.models import Handover
    from handover.pdf import make_pdf
    from hub.documents import pdf_of

    process = psutil.Process()
    of = list(Handover.objects.exclude(package={}).order_by("pk").values_list("pk", flat=True)[:SAMPLE])
    if not of:
        sys.exit("There is no package in this database: load it with demo_data.")
    times, before, highest = [], 0.0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        for number in range(WARM + count):
            key = of[number % len(of)]
            Handover.objects.filter(pk=key).update(pdf="")
            start = time.perf_counter()
            assert make_pdf(key)
            times.append((time.perf_counter() - start) * 1000)
            reset_queries()
            held = process.memory_info().rss / 1_000_000
            before = held if number == WARM - 1 else before
            highest = max(highest, held)
        Handover.objects.filter(pk__in=of).update(pdf="")
    start = time.perf_counter()
    pdf_of(FLOOR)
    return {
        "ms": round(statistics.median(times[WARM:]), 1),
        "slowest_ms": round(max(times[WARM:]), 1),
        "floor_ms": round((time.perf_counter() - start) * 1000, 1),
        "before_mb": round(before, 1),
        "after_mb": round(held, 1),
        "highest_mb": round(highest, 1),
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django

    django.setup()
    print(json.dumps(_make(int(sys.argv[1]) if len(sys.argv) > 1 else PACKAGES)))
