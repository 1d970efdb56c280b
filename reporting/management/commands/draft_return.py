import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hub.working_time import LONDON
from reporting.measures import Period
from reporting.returns import build_return, to_csv, to_json


class Command(BaseCommand):
    help = "Draft the monthly return (measures.md, M01 to M26) as JSON, CSV, XLSX or PDF. Nothing is stored."

    def add_arguments(self, parser):
        period = parser.add_mutually_exclusive_group(required=True)
        period.add_argument("--month", metavar="YYYY-MM", help="the month, as 2026-09")
        period.add_argument("--quarter", metavar="YYYY-Qn", help="a quarter of the financial year, as 2026-Q1")
        parser.add_argument("--as-at", metavar="ISO", help="as known at this moment, local time assumed; default: now")
        parser.add_argument("--format", choices=["json", "csv", "xlsx", "pdf"], default="json")
        parser.add_argument("--out", metavar="FILE", type=Path, help="write there; default: standard output")

    def handle(self, *args, **options):
        if options["quarter"]:
            raise CommandError("The quarterly return is not part of this version; use --month.")
        as_at = _moment(options["as_at"]) if options["as_at"] else timezone.now()
        document = build_return(_period(options["month"]), as_at)
        content = _renderer(options["format"])(document)
        if options["out"]:
            _write(content, options["out"])
        else:
            self._print(content)

    def _print(self, content: bytes) -> None:
        # XLSX and PDF are bytes, which only the stream below the text can take.
        raw = getattr(self.stdout, "buffer", None)
        if raw is None:
            self.stdout.write(content.decode(), ending="")
        else:
            raw.write(content)


def _period(month: str) -> Period:
    try:
        return Period.month(month)
    except ValueError as error:
        raise CommandError(str(error)) from None


def _moment(text: str) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"“{text}” is not a moment: write it as 2026-10-01T09:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def _renderer(name: str) -> Callable[[dict[str, Any]], bytes]:
    # The libraries behind XLSX and PDF are slow to load, and PDF needs some of the system's.
    if name == "xlsx":
        from reporting.exports.xlsx import to_xlsx

        return to_xlsx
    if name == "pdf":
        from reporting.exports.pdf import to_pdf

        return to_pdf
    return {"json": to_json, "csv": to_csv}[name]


def _write(content: bytes, out: Path) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}.") from None
