from django.core.management.base import BaseCommand

from enquiries.councils.services import differences, reroute_differing
from enquiries.models import Enquiry


class Command(BaseCommand):
    help = "Find the council again for enquiries still with the hub, after a new postcode directory or new members."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say which would change, and write nothing")

    def handle(self, *args, **options):
        differing = list(differences(Enquiry.objects.all()))
        self.stdout.write(f"{len(differing):,} enquiries would have another council or home by the rules of today.")
        if options["dry_run"]:
            for one in differing:
                self.stdout.write(f"  {one.enquiry.reference}: {one.in_words}. {one.routing.explanation}")
            return
        for done in reroute_differing(enquiries=Enquiry.objects.all()):
            self.stdout.write(f"  {done.reference}: {done.result}")
