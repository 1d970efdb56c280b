import csv
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from hub.errors import Refused
from hub.places import postcodes


def _areas(text: str) -> str:
    """'n, s' → 'NS': the first letters, each once."""
    letters = sorted(set(text.upper()) - set(", "))
    if not all("A" <= letter <= "Z" for letter in letters):
        raise ValueError(text)
    return "".join(letters)


class Command(BaseCommand):
    help = "Load the ONS postcode directory: England's postcodes and the authority of each."

    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "file", nargs="?", type=Path, help=f"an ONSPD or NSPL CSV of any year; else what {postcodes.PACKAGE} ships"
        )
        parser.add_argument(
            "--areas", type=_areas, default="", help="only postcodes with these first letters, as in N,S,D,T"
        )

    def handle(self, *args, **options):
        path, areas = options["file"], options["areas"]
        try:
            loaded = postcodes.load_postcodes(
                rows=postcodes.file_rows(path, areas) if path else postcodes.package_rows(areas),
                vintage=postcodes.file_vintage(path) if path else postcodes.package_vintage(),
                areas=areas,
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        except (OSError, UnicodeDecodeError, csv.Error) as fault:
            raise CommandError(
                f"{path} cannot be read as a CSV file in UTF-8: {fault}. Nothing was changed."
            ) from fault
        directory = loaded.directory
        part = f" (areas {', '.join(directory.areas)})" if directory.areas else ""
        self.stdout.write(f"{directory.postcodes:,} English postcodes of {directory.vintage}{part}.")
        if loaded.unknown_codes:
            self.stdout.write(
                "Codes that hub/places/england.py does not know: " + ", ".join(sorted(loaded.unknown_codes)) + "."
            )
