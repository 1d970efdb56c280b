from django.core.management.base import BaseCommand, CommandError

from hub.errors import Refused
from hub.models import User
from hub.people.services import let_in_again


class Command(BaseCommand):
    help = "Let a suspended person in again, where nobody is left who can do it on the page People."

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, *args, email: str, **options):
        person = User.objects.people().filter(email=email.strip().lower()).first()
        if person is None:
            raise CommandError(f"Nobody has an account with the address {email}.")
        try:
            let_in_again(person=person, by=None)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{person.name} can sign in again.")
