"""The demo's database, brought up to date in one start of Django: progress on stderr, sign-ins on stdout."""

import logging
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django
    from django.core.management import call_command

    django.setup()
    # What is sent to invented people is told on the mailbox page, not line by line between the progress.
    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("demo_data", "--if-empty", stdout=sys.stderr)
    call_command("demo_signins")


if __name__ == "__main__":
    main()
