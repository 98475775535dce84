"""python -m clinic.stack run | psql | manage COMMAND | backup | backup-key | check-backups | restore FILE | upgrade"""

import sys

from clinic.stack.console import Stop, say


def main() -> int:
    command, *arguments = sys.argv[1:] or ["run"]
    if command == "run" and not arguments:
        from clinic.stack.supervisor import run

        run()
    elif command == "psql":
        from clinic.stack.commands import psql

        return psql(arguments)
    elif command == "manage":
        from clinic.stack.commands import manage

        return manage(arguments)
    elif command == "backup" and not arguments:
        from clinic.stack.keeping import backup

        backup()
    elif command == "backup-key" and not arguments:
        from clinic.stack.keeping import backup_key

        backup_key()
    elif command == "restore" and len(arguments) == 1:
        from clinic.stack.keeping import restore

        restore(arguments[0])
    elif command == "check-backups":
        from clinic.stack.keeping import check_backups

        return check_backups(arguments)
    elif command == "upgrade" and not arguments:
        from clinic.stack.upgrade import upgrade

        upgrade()
    else:
        raise Stop("Unknown command; what there is: make help")
    return 0


sys.exit(say(main))
