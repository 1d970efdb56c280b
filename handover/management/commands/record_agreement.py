import datetime

from django.core.management.base import BaseCommand, CommandError

from handover.agreements import record_agreement
from hub.errors import Refused


class Command(BaseCommand):
    help = "Record a signed data-sharing agreement: without a current one nothing can be handed over to the authority."

    def add_arguments(self, parser):
        parser.add_argument("authority", metavar="GSS")
        parser.add_argument("--agreement", required=True, help="its version, as the parties call it")
        parser.add_argument("--signed-by", required=True)
        parser.add_argument("--from", dest="starts_on", required=True, type=datetime.date.fromisoformat)
        parser.add_argument("--to", dest="ends_on", type=datetime.date.fromisoformat, help="its last day; else open")

    def handle(self, *args, authority: str, agreement: str, signed_by: str, starts_on, ends_on, **options):
        try:
            made = record_agreement(
                gss_code=authority, version=agreement, signed_by=signed_by, starts_on=starts_on, ends_on=ends_on
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Recorded: {made}, from {made.starts_on}{f' to {made.ends_on}' if made.ends_on else ''}.")
