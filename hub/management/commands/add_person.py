from django.core.management.base import BaseCommand, CommandError

from hub.errors import Refused
from hub.models import Authority
from hub.people.roles import Role
from hub.people.services import add_person


class Command(BaseCommand):
    help = "Let somebody sign in. They set their password by “Forgotten your password?” on the sign-in page."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", required=True, help=", ".join(Role.values))
        parser.add_argument("--authority", default="", help="GSS code, for an authority's worker or lead")

    def handle(self, *args, email: str, name: str, role: str, authority: str, **options):
        council = Authority.objects.filter(gss_code=authority.strip().upper()).first()
        if authority and council is None:
            raise CommandError(f"There is no authority with the GSS code {authority}.")
        try:
            person = add_person(email=email, name=name, role=role, authority=council)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{person.name} can set a password and sign in as {person.get_role_display().lower()}.")
