from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from enquiries.diagram import journey_document


class Command(BaseCommand):
    help = "Write docs/journey.md from the journey table; with --check only say whether it is up to date."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="exit 1 when the file differs from the table")

    def handle(self, *args, check: bool, **options):
        path = Path(settings.BASE_DIR, "docs", "journey.md")
        document = journey_document()
        if not check:
            path.write_text(document)
            self.stdout.write(f"Wrote {path.name}.")
        elif not path.exists() or path.read_text() != document:
            raise CommandError("docs/journey.md differs from the journey table. Run: manage.py journey_diagram")
