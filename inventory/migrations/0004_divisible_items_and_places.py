"""Items that are measured, movements with a place of their own and their cost, and what may never leave by sale.

A movement's place is its number among those of its batch and branch: the trigger counts it under the lock of the
balance, so running balances follow one another without a gap whatever the clocks of the servers say.
"""

import inventory.models.batches
from django.db import migrations, models

FILL = """
UPDATE inventory_item i SET is_divisible = true
WHERE i.uqc IN ('MLT', 'LTR', 'KLR', 'GMS', 'KGS', 'MTR', 'CMS')
   OR EXISTS (SELECT FROM inventory_movement m JOIN inventory_batch b ON b.id = m.batch_id
              WHERE b.item_id = i.id AND m.quantity <> trunc(m.quantity));
DO $$
BEGIN
  IF to_regclass('packages_consumable') IS NOT NULL THEN
    EXECUTE 'UPDATE inventory_item SET is_divisible = true
             WHERE id IN (SELECT item_id FROM packages_consumable WHERE quantity <> trunc(quantity))';
  END IF;
END $$;
UPDATE inventory_batch SET label_code = upper(right(replace(id::text, '-', ''), 10));

-- Only an installed clinic has the trigger "keep": it is set after the first migration.
DO $$
DECLARE
  kept boolean := EXISTS (SELECT FROM pg_trigger WHERE tgname = 'keep' AND tgrelid = 'inventory_movement'::regclass);
BEGIN
  IF kept THEN ALTER TABLE inventory_movement DISABLE TRIGGER keep; END IF;
  UPDATE inventory_movement m SET place = p.place, unit_cost = coalesce(m.unit_cost, p.unit_cost)
  FROM (SELECT m.id, b.unit_cost, row_number() OVER (PARTITION BY m.batch_id, m.branch_id ORDER BY m.id) AS place
        FROM inventory_movement m JOIN inventory_batch b ON b.id = m.batch_id) p
  WHERE p.id = m.id;
  IF kept THEN ALTER TABLE inventory_movement ENABLE TRIGGER keep; END IF;
END $$;
UPDATE inventory_balance l SET moves = (
  SELECT count(*) FROM inventory_movement m WHERE m.batch_id = l.batch_id AND m.branch_id = l.branch_id
);
"""

MOVE = """
CREATE OR REPLACE FUNCTION inventory_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  of record;
BEGIN
  SELECT b.unit_cost, b.is_active, b.expires_on, i.is_divisible, i.use,
         (NEW.created_at AT TIME ZONE br.time_zone)::date AS today
  INTO of
  FROM inventory_batch b JOIN inventory_item i ON i.id = b.item_id, clinic_branch br
  WHERE b.id = NEW.batch_id AND br.id = NEW.branch_id;
  IF NOT of.is_divisible AND NEW.quantity <> trunc(NEW.quantity) THEN
    RAISE EXCEPTION 'This item is counted in whole units.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.kind IN ('sale', 'consumption') AND (NOT of.is_active OR of.expires_on <= of.today) THEN
    RAISE EXCEPTION 'A batch that is blocked or has expired is neither sold nor used.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.kind = 'sale' AND of.use = 'professional' THEN
    RAISE EXCEPTION 'This item is kept for treatments only.' USING ERRCODE = 'check_violation';
  END IF;
  NEW.unit_cost := coalesce(NEW.unit_cost, of.unit_cost);
  INSERT INTO inventory_balance (batch_id, branch_id, quantity, moves) VALUES (NEW.batch_id, NEW.branch_id, 0, 0)
  ON CONFLICT (batch_id, branch_id) DO NOTHING;
  UPDATE inventory_balance SET quantity = quantity + NEW.quantity, moves = moves + 1
  WHERE batch_id = NEW.batch_id AND branch_id = NEW.branch_id
  RETURNING quantity, moves INTO NEW.balance_after, NEW.place;
  RETURN NEW;
END $$;
"""

BACK = """
CREATE OR REPLACE FUNCTION inventory_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO inventory_balance (batch_id, branch_id, quantity, moves) VALUES (NEW.batch_id, NEW.branch_id, 0, 0)
  ON CONFLICT (batch_id, branch_id) DO NOTHING;
  UPDATE inventory_balance SET quantity = quantity + NEW.quantity
  WHERE batch_id = NEW.batch_id AND branch_id = NEW.branch_id
  RETURNING quantity INTO NEW.balance_after;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_items_batches_and_kinds")]
    operations = [
        migrations.AddField("balance", "moves", models.PositiveIntegerField(default=0)),
        migrations.AddField("batch", "label_code", models.CharField("label code", max_length=10, default="", editable=False)),
        migrations.AddField(
            "item", "is_divisible",
            models.BooleanField(
                "can be divided", default=False,
                help_text="Measured, like ml or grams; otherwise counted in whole base units.",
            ),
        ),
        migrations.AddField("movement", "place", models.PositiveIntegerField(default=0, editable=False)),
        migrations.AlterField(
            "batch", "unit_cost",
            models.DecimalField("unit cost, ₹", decimal_places=4, default=0, max_digits=12),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            "batch", "label_code",
            models.CharField(
                "label code", max_length=10, unique=True, default=inventory.models.batches.new_label_code, editable=False
            ),
        ),
        migrations.AddConstraint(
            "movement",
            models.UniqueConstraint(fields=("batch", "branch", "place"), name="movement_places_in_order"),
        ),
        migrations.RunSQL(MOVE, BACK),
    ]
