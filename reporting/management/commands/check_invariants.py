from itertools import islice

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from enquiries.invariants import CHECKS as OF_ENQUIRIES
from handover.invariants import CHECKS as OF_HANDOVERS
from hub.invariants import CHECKS as OF_THE_HUB
from reporting.invariants import CHECKS as OF_RETURNS

CHECKS = {**OF_THE_HUB, **OF_ENQUIRIES, **OF_HANDOVERS, **OF_RETURNS}
_SHOWN = 50


class Command(BaseCommand):
    help = "Check what must always hold, list what does not, and end with 1 then. Reads and never writes."
    requires_system_checks = []

    def handle(self, *args, **options):
        broken = 0
        # One moment for all: what is written meanwhile is neither half seen nor in the way. A caller's own
        # transaction, as in tests, has its moment already.
        alone = not connection.in_atomic_block
        with transaction.atomic():
            if alone:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for title, check in CHECKS.items():
                broken += self._run(title, check)
        if broken:
            raise CommandError(f"{broken} of {len(CHECKS)} invariants do not hold.")
        self.stdout.write(f"All {len(CHECKS)} invariants hold.")

    def _run(self, title: str, check) -> bool:
        found = check()
        sentences = list(islice(found, _SHOWN))
        more = sum(1 for _ in found)
        self.stdout.write(f"{'FAILS' if sentences else 'holds'}  {title}")
        for sentence in sentences:
            self.stdout.write(f"       {sentence}")
        if more:
            self.stdout.write(f"       and {more:,} more")
        return bool(sentences)
