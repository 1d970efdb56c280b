import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from hub.errors import Refused
from reporting.comparison.cells import Fault
from reporting.comparison.services import (
    SHIPPED,
    Faulty,
    Given,
    Imported,
    faults_as_csv,
    import_statistics,
    withdraw_publications,
    year_of,
)

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import published statistics for comparison: Ofsted's recruitment figures by area, the DfE's foster places, or "
        "figures in our own layout. A whole file or nothing of it; the same file again changes nothing. Without FILE: "
        "the figures that come with the product."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path, nargs="?", default=SHIPPED, help="CSV, UTF-8")
        parser.add_argument("--dry-run", action="store_true", help="say what would come of it, and write nothing")
        parser.add_argument("--year", help="where neither the file nor its name says it: 2018-19")
        parser.add_argument("--title", default="", help="its title, where it differs from the layout's")
        parser.add_argument("--source", default="", help="the address where it was published")
        parser.add_argument("--published", metavar="YYYY-MM-DD", help="the day on which it was published")
        parser.add_argument("--report", metavar="FILE", type=Path, help="write row, column and reason of faults there")
        parser.add_argument("--whole", action="store_true", help="it is whole although it ends without a line break")
        parser.add_argument("--withdraw", metavar="SHA256", help="let the figures of this file count no longer")
        parser.add_argument("--why", default="", help="the reason, with --withdraw")

    def handle(self, *args, **options):
        if options["withdraw"]:
            self._withdraw(options)
            return
        path: Path = options["file"]
        try:
            imported = import_statistics(
                content=_content(path),
                file_name=path.name,
                given=_given(options),
                is_whole=options["whole"],
                dry_run=options["dry_run"],
            )
        except Faulty as faulty:
            self._list("Fault", faulty.faults, options["report"])
            raise CommandError(f"{path.name}: {faulty}") from None
        except Refused as refusal:
            raise CommandError(f"{path.name}: {refusal} Nothing was imported.") from None
        self._list("Left out", imported.left_out, options["report"])
        if imported.columns_not_read:
            self.stdout.write(f"Columns not read: {', '.join(imported.columns_not_read)}.")
        self.stdout.write(f"{path.name} ({imported.layout}): {_summary(imported, options['dry_run'])}")

    def _list(self, what: str, faults: list[Fault], report: Path | None) -> None:
        for fault in faults[:SHOWN]:
            self.stdout.write(f"{what}: {fault}.")
        if len(faults) > SHOWN:
            self.stdout.write(f"{what}: {len(faults) - SHOWN} more{'' if report else '; --report FILE lists all'}.")
        if report and faults:
            try:
                with report.open("w", encoding="utf-8", newline="") as out:
                    faults_as_csv(faults, out)
            except OSError as error:
                raise CommandError(f"{report} cannot be written: {error.strerror}.") from None

    def _withdraw(self, options: dict) -> None:
        try:
            number = withdraw_publications(sha256=options["withdraw"], why=options["why"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"Withdrawn: {number} publication{'' if number == 1 else 's'}; the figures count no longer.")


def _summary(imported: Imported, dry_run: bool) -> str:
    if dry_run and imported.publications:
        return imported.in_words.replace("imported", "would be imported; nothing was written", 1)
    return imported.in_words


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None


def _given(options: dict) -> Given:
    try:
        day = datetime.date.fromisoformat(options["published"]) if options["published"] else None
    except ValueError:
        raise CommandError(f"“{options['published']}” is not a date: write it as 2019-11-14.") from None
    if options["source"] and not options["source"].startswith(("https://", "http://")):
        raise CommandError(f"“{options['source']}” is not a web address.")
    year = year_of(options["year"]) if options["year"] else None
    return Given(year=year, title=options["title"], source=options["source"], published_on=day)
