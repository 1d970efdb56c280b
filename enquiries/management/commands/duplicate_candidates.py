import csv
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from enquiries.duplicates.services import all_pairs, keep_missing_keys, rebuild_keys

_COLUMNS = ("external_id_a", "external_id_b", "reference_a", "reference_b", "score", "reasons")


class Command(BaseCommand):
    help = "Write every pair of enquiries that staff would be shown as perhaps the same household, to a CSV file."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="CSV file to write")
        parser.add_argument("--rebuild", action="store_true", help="first make all keys that are looked up by anew")

    def handle(self, *args, **options):
        made = rebuild_keys() if options["rebuild"] else keep_missing_keys()
        if made:
            self.stdout.write(f"Keys made for {made:,} enquiries.")
        number = 0
        try:
            with options["out"].open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(_COLUMNS)
                for pair in all_pairs():
                    writer.writerow(
                        [pair.one.external_id or "", pair.other.external_id or "", pair.one.reference,
                         pair.other.reference, f"{pair.score:.4f}", "; ".join(pair.reasons)]
                    )  # fmt: skip
                    number += 1
        except OSError as fault:
            raise CommandError(f"{fault.filename}: {fault.strerror}.") from fault
        self.stdout.write(f"{number:,} pairs written to {options['out']}.")
