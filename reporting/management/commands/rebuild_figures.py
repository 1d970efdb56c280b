from django.core.management.base import BaseCommand

from reporting.households import upkeep


class Command(BaseCommand):
    help = "Read every household's facts again for dashboards, forecast and feeds. Safe to run at any time, and again."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--only-changes", action="store_true", help="what the worker does every half minute")

    def handle(self, *args, **options):
        read = upkeep.catch_up() if options["only_changes"] else upkeep.rebuild()
        self.stdout.write(f"{read:,} enquiries read.")
