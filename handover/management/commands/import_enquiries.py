from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from enquiries.intake.past import Outcome, import_past_enquiries
from handover.imports.models import PastImportLine
from handover.imports.report import lines_of, write_report
from handover.services import adopt_history
from hub.errors import Refused
from hub.models import PostcodeDirectory

_SHOWN = 20


class Command(BaseCommand):
    help = "Import past enquiries from a CSV file (docs/importing.md). Bad rows go to the report and stop nothing."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--report", type=Path, metavar="FILE", help="CSV of the rows not imported, and why")

    def handle(self, *args, **options):
        try:
            if options["report"]:
                options["report"].touch()  # better now than after the import
            outcome = import_past_enquiries(
                raw=options["file"].read_bytes(),
                after_each=lambda enquiry: adopt_history(enquiry=enquiry),
                dry_run=options["dry_run"],
            )
            if options["report"]:
                _write_report(options["report"], outcome)
        except Refused as refusal:
            raise CommandError(f"{options['file']}: {refusal}") from refusal
        except OSError as fault:
            raise CommandError(f"{fault.filename}: {fault.strerror}.") from fault
        self._say(outcome, options)
        if not PostcodeDirectory.objects.exists():
            self.stdout.write("No postcodes are loaded, so nobody's residence is known: run import_postcodes first.")

    def _say(self, outcome: Outcome, options: dict) -> None:
        say = self.stdout.write
        say(f"{outcome.imported:,} enquiries {'would be imported' if options['dry_run'] else 'imported'}.")
        if options["dry_run"]:
            say(f"{outcome.still_open:,} of them would be open afterwards, {outcome.late_at_once:,} overdue at once.")
        say(f"{len(outcome.already_there):,} already there, left as they are.")
        say(f"{len(outcome.bad):,} bad rows, not imported.")
        if outcome.unknown_columns:
            say(f"Columns ignored: {', '.join(outcome.unknown_columns)}.")
        if outcome.before_received:
            say(f"{len(outcome.before_received):,} dates before the enquiry was received, imported as they are:")
            _say_some(say, outcome.before_received)
        if outcome.bad and not options["report"]:
            say("What is wrong (--report FILE gives all):")
            _say_some(say, outcome.faults)


def _say_some(say, faults: list) -> None:
    for fault in faults[:_SHOWN]:
        say(f"  row {fault.row} {fault.external_id}: {fault.column} {fault.reason}".replace("\n", " "))
    if len(faults) > _SHOWN:
        say(f"  and {len(faults) - _SHOWN:,} more")


def _write_report(path: Path, outcome: Outcome) -> None:
    """What was not imported, row by row; dates before the enquiry was received the command says itself."""
    lines = [line for line in lines_of(outcome) if line.kind != PastImportLine.Kind.BEFORE_RECEIVED]
    with path.open("w", encoding="utf-8", newline="") as file:
        write_report(file, sorted(lines, key=lambda line: line.row))
