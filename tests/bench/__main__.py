"""The benchmarks: `make bench`. Each row is an operation beside its floor in the same run; medians, in milliseconds.

A table is printed and JSON written to var/bench/. What a row's floor is, its module says.
"""

import argparse
import datetime
import importlib
import json
import os
import platform
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from hub.local.servers import ensure_environment

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASE = "hub_bench"
# Each is a module beside this one whose `rows()` measures. The last fills the database, and so comes last.
FIGURES = ("ms", "floor_ms", "ratio")
PARTS = (
    "pages",
    "public_pages",
    "accepting",
    "api",
    "packages",
    "postcodes",
    "casework",
    "portal",
    "reports",
    "duplicates",
)


def main() -> None:
    options = argparse.ArgumentParser(prog="make bench", description=__doc__)
    options.add_argument("only", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all where none is named")
    options.add_argument("--anew", action="store_true", help="make the databases of casework again")
    options.add_argument("--enquiries", type=int, default=5000, help="in the database behind pages and returns")
    asked = options.parse_args()
    if unknown := set(asked.only) - set(PARTS):
        options.error(f"there is no {', '.join(sorted(unknown))}")
    servers = ensure_environment()
    os.environ.update(HUB_DEMO="1", EMAIL_URL="dummymail://", LOG_LEVEL="ERROR", ALLOWED_HOSTS="testserver,localhost")
    # One machine sends them all, as fast as it can: that is the measuring, and no flood.
    os.environ.update(FASTEST_PERSON_SECONDS="0", SUBMISSIONS_FROM_ADDRESS="1000000000")
    os.environ["DATABASE_URL"] = fresh_database(os.environ["DATABASE_URL"])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django

    django.setup()
    load(asked.enquiries)
    importlib.import_module("hub.wsgi")  # which makes this process ready for pages, as the web's are
    rows = []
    for part in asked.only or PARTS:
        print(f"Measuring {part.replace('_', ' ')} …", flush=True)
        again = {"anew": True} if part == "casework" and asked.anew else {}
        rows += importlib.import_module(f"tests.bench.{part}").rows(**again)
    show(rows, asked.enquiries)
    del servers


def fresh_database(url: str) -> str:
    """An empty database beside the one named, on the same server."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    return urlunsplit(urlsplit(url)._replace(path=f"/{DATABASE}"))


def load(enquiries: int) -> None:
    from django.core.management import call_command

    print(f"Loading {enquiries} enquiries into {DATABASE} …", flush=True)
    call_command("migrate", verbosity=0)
    call_command("demo_data", enquiries=enquiries, months=24, seed=1, verbosity=0)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def show(rows: list[dict], enquiries: int) -> None:
    print(f"\n{'':<32}{'ours, ms':>10}{'floor, ms':>11}{'ratio':>8}")
    for one in rows:
        figures = [one.get(name, "") for name in ("ms", "floor_ms", "ratio")]
        others = [f"{name} {value}" for name, value in one.items() if name not in ("name", "note", *FIGURES)]
        said = "; ".join([*others, one.get("note", "")])
        print(f"{one['name']:<32}{figures[0]:>10}{figures[1]:>11}{figures[2]:>8}   {said}")
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    result = {
        "enquiries": enquiries,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "rows": rows,
    }
    (folder / "bench.json").write_text(json.dumps(result, indent=1) + "\n")
    print(f"\nWritten to {folder / 'bench.json'}.")


if __name__ == "__main__":
    sys.exit(main())
