from django.core.management.base import BaseCommand, CommandError

from enquiries.telephone.line_tests import lines


class Command(BaseCommand):
    help = "Say when each way in (form, telephone, email) was last tested; ends with 1 where one failed or is overdue."

    def handle(self, *args, **options):
        wrong = 0
        for line in lines():
            late = line.failed or line.overdue
            wrong += late
            self.stdout.write(f"{'LOOK ' if late else 'good '} {line.in_words}")
        if wrong:
            raise CommandError(f"{wrong} of the ways in did not work or were not tested for a week.")
