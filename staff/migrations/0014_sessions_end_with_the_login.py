"""A login that is switched off, or has another password, takes along whatever was opened with it: whichever way it changes.

Sessions, browsers that a PIN serves in, and links to set a password that weren't used.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION staff_end_what_was_opened() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM staff_session WHERE user_id = NEW.id;
    DELETE FROM staff_browser WHERE user_id = NEW.id;
    UPDATE staff_setpasswordlink SET ended_at = clock_timestamp() WHERE user_id = NEW.id AND ended_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER end_what_was_opened AFTER UPDATE ON staff_user FOR EACH ROW
    WHEN (NEW.password IS DISTINCT FROM OLD.password OR (OLD.is_active AND NOT NEW.is_active))
    EXECUTE FUNCTION staff_end_what_was_opened();
"""
BACK = """
DROP TRIGGER end_what_was_opened ON staff_user;
DROP FUNCTION staff_end_what_was_opened();
"""


class Migration(migrations.Migration):

    dependencies = [("staff", "0013_sign_in")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
