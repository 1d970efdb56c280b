import os

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from hub.database_roles import let_in


class Command(BaseCommand):
    help = (
        "Make the roles that web and worker sign in to the database as, or bring them up to date after a migration. For"
        " the owner of the tables. Passwords come from DATABASE_WEB_PASSWORD and DATABASE_WORKER_PASSWORD."
    )

    def add_arguments(self, parser):
        parser.add_argument("--web", default="hub_web", help="name of the web's role (default: hub_web)")
        parser.add_argument("--worker", default="hub_worker", help="name of the worker's role (default: hub_worker)")

    def handle(self, *args, web: str, worker: str, **options):
        try:
            let_in(
                web=web,
                worker=worker,
                web_password=os.environ.get("DATABASE_WEB_PASSWORD", ""),
                worker_password=os.environ.get("DATABASE_WORKER_PASSWORD", ""),
            )
        except DatabaseError as fault:
            raise CommandError(f"The database refuses: {str(fault).splitlines()[0]}") from fault
        self.stdout.write(f"{web} and {worker} may work on the rows and own no table.")
