"""What every benchmark measures with."""

import statistics
import time
from collections.abc import Callable


def median_ms(call: Callable[[], object], rounds: int) -> float:
    call()  # the first one warms caches on both sides
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def row(name: str, ours: float, floor: float, note: str) -> dict:
    return {
        "name": name,
        "ms": round(ours, 1),
        "floor_ms": round(floor, 1),
        "ratio": round(ours / floor, 2),
        "note": note,
    }
