from django.core.management.base import BaseCommand, CommandError

from hub.api.scopes import SCOPES
from hub.api.services import issue_token
from hub.errors import Refused
from hub.models import Authority


class Command(BaseCommand):
    help = "Let another system in: prints a token, this once. Run it again for another one; the first stays."

    def add_arguments(self, parser):
        parser.add_argument("name", help="which system will use it")
        parser.add_argument("--authority", metavar="GSS", default="", help="whose it is; else the hub's own")
        parser.add_argument("--scope", dest="scopes", action="append", default=[], help=", ".join(SCOPES))
        parser.add_argument("--days", type=int, default=365, help="how long it lasts (default: 365)")

    def handle(self, *args, name: str, authority: str, scopes: list[str], days: int, **options):
        council = Authority.objects.filter(gss_code=authority.strip().upper()).first()
        if authority and council is None:
            raise CommandError(f"There is no authority with the GSS code {authority}.")
        try:
            token, secret = issue_token(name=name, authority=council, scopes=scopes, days=days)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stderr.write(f"For {token.whose}, until {token.expires_at:%d %B %Y}. It is not shown again:")
        self.stdout.write(secret)
