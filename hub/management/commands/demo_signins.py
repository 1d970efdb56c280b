from django.core.management.base import BaseCommand

from hub.people.demo import DEMO_PASSWORD, demo_signins


class Command(BaseCommand):
    help = "Print the demo's sample sign-ins."

    def handle(self, *args, **options):
        for person in demo_signins():
            self.stdout.write(f"  {person['email']:<32} {person['role']:<18} {person['name']}")
        self.stdout.write(f"  password for all: {DEMO_PASSWORD}")
