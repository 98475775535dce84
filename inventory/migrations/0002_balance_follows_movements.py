"""A movement changes the balance of its batch at its branch; the check on the balance refuses to go below zero.

The trigger has its owner's rights, and the application none to write balances: they can't drift from the movements.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION inventory_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO inventory_balance (batch_id, branch_id, quantity) VALUES (NEW.batch_id, NEW.branch_id, 0)
  ON CONFLICT (batch_id, branch_id) DO NOTHING;
  UPDATE inventory_balance SET quantity = quantity + NEW.quantity
  WHERE batch_id = NEW.batch_id AND branch_id = NEW.branch_id
  RETURNING quantity INTO NEW.balance_after;
  RETURN NEW;
END $$;
CREATE TRIGGER move BEFORE INSERT ON inventory_movement FOR EACH ROW EXECUTE FUNCTION inventory_move();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial"), ("clinic", "0002_guards")]
    operations = [
        migrations.RunSQL(FORWARD, "DROP TRIGGER move ON inventory_movement; DROP FUNCTION inventory_move()")
    ]
