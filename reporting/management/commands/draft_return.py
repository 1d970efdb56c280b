import datetime
import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hub.working_time import LONDON
from reporting.measures import Period
from reporting.returns import build_quarterly_return, build_return

_NOT_YET = "K01, K05 and K13 are not part of this version."


class Command(BaseCommand):
    help = (
        "Draft the monthly return (M01 to M26, M28 to M30, L01 to L07), or what there is of the quarterly one"
        " (all but K01, K05 and K13), as JSON, CSV, XLSX or PDF. Nothing is stored."
    )

    def add_arguments(self, parser):
        period = parser.add_mutually_exclusive_group(required=True)
        period.add_argument("--month", metavar="YYYY-MM", help="the month, as 2026-09")
        period.add_argument("--quarter", metavar="YYYY-Qn", help="a quarter of the financial year, as 2026-Q1")
        parser.add_argument("--as-at", metavar="ISO", help="as known at this moment, local time assumed; default: now")
        parser.add_argument("--format", choices=["json", "csv", "xlsx", "pdf"], default="json")
        parser.add_argument("--out", metavar="FILE", type=Path, help="write there; default: standard output")

    def handle(self, *args, **options):
        as_at = _moment(options["as_at"]) if options["as_at"] else timezone.now()
        content = _render(self._document(options, as_at), options["format"])
        if options["out"]:
            _write(content, options["out"])
        else:
            self._print(content)

    def _document(self, options: dict, as_at: datetime.datetime) -> dict:
        try:
            if options["quarter"]:
                document = build_quarterly_return(Period.quarter(options["quarter"]), as_at)
                self.stderr.write(_NOT_YET)
                return document
            return build_return(Period.month(options["month"]), as_at)
        except ValueError as error:
            raise CommandError(str(error)) from None

    def _print(self, content: bytes) -> None:
        # XLSX and PDF are bytes, which only the stream below the text can take.
        raw = getattr(self.stdout, "buffer", None)
        if raw is None:
            self.stdout.write(content.decode(), ending="")
        else:
            raw.write(content)
            raw.flush()


def _moment(text: str) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(text)
        if not 2000 <= moment.year <= 2100:
            raise ValueError
    except ValueError:
        raise CommandError(f"“{text}” is not a moment: write it as 2026-10-01T09:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def _render(document: dict, form: str) -> bytes:
    # Loaded when asked for: what writes XLSX and PDF is slow to load, and PDF needs some of the system's libraries.
    if form == "csv":
        from reporting.exports.csv import to_csv

        return to_csv(document).encode()
    if form == "xlsx":
        from reporting.exports.xlsx import to_xlsx

        return to_xlsx(document)
    if form == "pdf":
        from reporting.exports.pdf import to_pdf

        return to_pdf(document)
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _write(content: bytes, out: Path) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}.") from None
