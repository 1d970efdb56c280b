from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from handover.demo.services import make_demo, number_of_enquiries
from hub.errors import Refused
from reporting.demo import make_reports


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


class Command(BaseCommand):
    help = "Fill an empty database with a believable region: invented people, real councils and postcodes."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--enquiries", type=_whole, help="how many; 0 gives the region alone (70 a month)")
        parser.add_argument("--months", type=_whole, default=24, help="of history, up to today (24)")
        parser.add_argument("--seed", type=int, default=2026, help="the same seed gives the same region (2026)")
        parser.add_argument("--if-empty", action="store_true", help="say nothing where there are enquiries already")

    def handle(self, *args, **options):
        if not settings.AT_HOME:
            # It makes sign-ins whose password anybody can read in our source, an administrator's among them.
            raise CommandError("The demo's data are for the demo alone: set HUB_DEMO=1, never where real people are.")
        there = number_of_enquiries()
        if there and options["if_empty"]:
            return
        if there:
            self.stdout.write(f"There are {there:,} enquiries already; nothing was added.")
            return
        if not options["months"]:
            raise CommandError("--months must be at least 1.")
        try:
            with transaction.atomic():
                make_demo(
                    enquiries=options["enquiries"],
                    months=options["months"],
                    seed=options["seed"],
                    say=self.stdout.write,
                )
                if options["enquiries"] != 0:
                    self.stdout.write(make_reports())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
