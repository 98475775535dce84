#!/usr/bin/env python
"""Django's command line. `make` is the front door; this is for one command at a time."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    from django.core.management import execute_from_command_line
    from django.db import connection

    from clinic.audit import Context, acting

    with acting(Context(path=" ".join(["manage.py", *sys.argv[1:2]])), connection):
        execute_from_command_line(sys.argv)
