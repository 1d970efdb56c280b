#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL it uses the embedded servers under var/."""

import os
import sys

from hub.local.servers import ensure_environment


def main() -> None:
    ensure_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
