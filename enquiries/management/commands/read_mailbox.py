from django.core.management.base import BaseCommand, CommandError

from enquiries.inbox.reading import read_mailbox


class Command(BaseCommand):
    help = "Read what is new in the mailbox of INBOUND_IMAP_URL, as beat does every minute, and say what came of it."

    def handle(self, *args, **options):
        reading = read_mailbox()
        if reading.taken or not reading.stopped:
            self.stdout.write(f"Taken: {reading.taken}. Of these in quarantine: {reading.quarantined}.")
        if reading.stopped:
            raise CommandError(reading.stopped)
