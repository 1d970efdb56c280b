import datetime

from django.core.management.base import BaseCommand, CommandError

from hub.errors import Refused
from hub.places.services import configure_hub


def _time(text: str) -> datetime.time:
    return datetime.time.fromisoformat(text)


class Command(BaseCommand):
    help = "Say how the hub is reached, when it is open, and who looks after enquiries for which no council was found."

    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--telephone", help="the number that people ring, as it is to be shown")
        parser.add_argument("--email", help="the address that people write to")
        parser.add_argument("--opens-at", type=_time, metavar="HH:MM", help="on working days (09:00)")
        parser.add_argument("--closes-at", type=_time, metavar="HH:MM", help="on working days (17:00)")
        parser.add_argument("--strapline", help="a few words under the name")
        parser.add_argument("--region-name", help="as in “the North East”")
        parser.add_argument("--unallocated-owner", metavar="EMAIL", help="a hub worker or manager who can sign in")

    def handle(self, *args, **options):
        named = (
            "telephone", "email", "opens_at", "closes_at", "strapline", "region_name", "unallocated_owner"
        )  # fmt: skip
        changes = {name: options[name] for name in named if options[name] is not None}
        if not changes:
            raise CommandError("Say what to change: configure_hub --help lists it.")
        try:
            hub = configure_hub(**changes)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        owner = hub.unallocated_owner or "nobody"
        self.stdout.write(
            f"{hub.name}: telephone {hub.telephone or 'none'}, email {hub.email or 'none'},"
            f" open {hub.opens_at:%H:%M} to {hub.closes_at:%H:%M}; without a council: {owner}."
        )
