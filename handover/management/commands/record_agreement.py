import datetime

from django.core.management.base import BaseCommand, CommandError

from handover.agreements.services import record_agreement
from hub.errors import Refused
from hub.models import Authority


class Command(BaseCommand):
    help = "Record a signed data-sharing agreement: without a current one nothing can be handed over to the authority."

    def add_arguments(self, parser):
        parser.add_argument("authority", metavar="GSS")
        parser.add_argument("--agreement", required=True, help="its version, as the parties call it")
        parser.add_argument("--signed-by", required=True)
        parser.add_argument("--from", dest="starts_on", required=True, type=datetime.date.fromisoformat)
        parser.add_argument("--to", dest="ends_on", type=datetime.date.fromisoformat, help="its last day; else open")
        parser.add_argument("--replaces", action="store_true", help="those that it overlaps end on the day before")

    def handle(self, *args, authority: str, agreement: str, signed_by: str, starts_on, ends_on, replaces, **options):
        council = Authority.objects.ever_members().filter(gss_code=authority.strip().upper()).first()
        if council is None:
            raise CommandError(f"{authority} is not the GSS code of a member authority.")
        try:
            made = record_agreement(
                authority=council, version=agreement, signed_by=signed_by, starts_on=starts_on, ends_on=ends_on,
                replaces=replaces,
            )  # fmt: skip
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Recorded: {made}, from {made.starts_on}{f' to {made.ends_on}' if made.ends_on else ''}.")
