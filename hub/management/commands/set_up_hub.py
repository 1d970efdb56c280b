import datetime

from django.core.management.base import BaseCommand, CommandError

from hub.errors import Refused
from hub.places.services import set_up_hub


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


class Command(BaseCommand):
    help = "Set the hub up in an empty, migrated database: its name, the authorities and who is a member from when."

    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--name", required=True, help="the hub's name")
        parser.add_argument("--members", required=True, help="GSS codes of the member authorities, with commas between")
        parser.add_argument("--from", dest="since", type=_day, metavar="YYYY-MM-DD", help="members since (of old)")

    def handle(self, *args, **options):
        try:
            hub, made = set_up_hub(name=options["name"], members=options["members"].split(","), since=options["since"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{hub.name} is set up." if made else f"{hub.name} was set up already; nothing changed.")
