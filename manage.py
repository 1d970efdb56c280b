#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL it uses the embedded servers under var/."""

import os
import sys

from hub.local.servers import ensure_environment


def main() -> None:
    ensure_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    from django.core.management import execute_from_command_line
    from django.db import InterfaceError, OperationalError

    try:
        execute_from_command_line(sys.argv)
    except (InterfaceError, OperationalError) as fault:
        reason = next(iter(str(fault).splitlines()), type(fault).__name__)
        sys.exit(f"Cannot go on: the database does not answer ({reason}). Is it running, and is DATABASE_URL right?")


if __name__ == "__main__":
    main()
