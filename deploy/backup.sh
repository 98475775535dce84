#!/bin/sh
# Every BACKUP_HOURS: the database and the uploads into the volume "backups"; what is older than BACKUP_DAYS goes.
# Copy them to another machine as well. Restoring: docs/running.md.
set -eu
umask 077
folder=/var/lib/postgresql
while true; do
  name="$folder/clinic-$(date -u +%Y-%m-%d-%H%M%S)"
  if pg_dump --format custom --no-owner --file "$name.part" && tar -C /data -cf "$name.media.part" media; then
    mv "$name.media.part" "$name.media.tar"
    mv "$name.part" "$name.dump"
    find "$folder" -type f -mtime "+$BACKUP_DAYS" -delete
    echo "$name.dump written"
  else
    rm -f "$name".*part
    echo "backup failed, trying again in ten minutes" >&2
    sleep 600
    continue
  fi
  sleep "$((BACKUP_HOURS * 3600))"
done
