-- What holds of roles whoever writes: the domain says it in sentences first, this is the net under it.
-- Who acts is what the audit was told (`clinic.by`); jobs, commands and the first run act for nobody.

CREATE FUNCTION staff_acting() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('clinic.by', true), '')::uuid
$$;

-- Changes of roles wait for one another, so that each reads what the one before has left.
CREATE FUNCTION staff_roles_in_turn() RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(9020)
$$;

CREATE FUNCTION staff_holds(person uuid, wanted text, at uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM staff_roleheld h JOIN staff_role r ON r.id = h.role_id JOIN staff_grant g ON g.role_id = r.id
    WHERE h.user_id = person AND r.is_active AND g.permission = wanted AND (h.branch_id IS NULL OR h.branch_id = at))
$$;

CREATE FUNCTION staff_check_role_given() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  me uuid := staff_acting();
BEGIN
  PERFORM staff_roles_in_turn();
  IF me IS NULL THEN
    RETURN NEW;
  END IF;
  IF NEW.user_id = me THEN
    RAISE EXCEPTION 'nobody gives themselves a role' USING ERRCODE = 'check_violation', CONSTRAINT = 'roleheld_not_to_oneself';
  END IF;
  IF EXISTS (SELECT FROM staff_grant g WHERE g.role_id = NEW.role_id AND NOT staff_holds(me, g.permission, NEW.branch_id)) THEN
    RAISE EXCEPTION 'the role has a right that its giver lacks there' USING ERRCODE = 'check_violation', CONSTRAINT = 'roleheld_within_ones_own';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER given BEFORE INSERT OR UPDATE ON staff_roleheld FOR EACH ROW EXECUTE FUNCTION staff_check_role_given();

-- A role counts at every branch: who gives a right to it must hold that right at every branch, and not the role.
CREATE FUNCTION staff_check_grant() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  me uuid := staff_acting();
BEGIN
  PERFORM staff_roles_in_turn();
  IF TG_OP = 'DELETE' THEN
    IF EXISTS (SELECT FROM staff_role WHERE id = OLD.role_id AND code = 'owner') THEN
      RAISE EXCEPTION 'the owner keeps every right' USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_owner_keeps_all';
    END IF;
    RETURN OLD;
  END IF;
  IF me IS NOT NULL AND EXISTS (SELECT FROM staff_roleheld WHERE user_id = me AND role_id = NEW.role_id) THEN
    RAISE EXCEPTION 'nobody adds to a role of their own' USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_not_to_ones_own';
  END IF;
  IF me IS NOT NULL AND NOT staff_holds(me, NEW.permission, NULL) THEN
    RAISE EXCEPTION 'nobody gives a right they lack' USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_within_ones_own';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER given BEFORE INSERT OR UPDATE OR DELETE ON staff_grant FOR EACH ROW EXECUTE FUNCTION staff_check_grant();

CREATE FUNCTION staff_keep_role() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  me uuid := staff_acting();
BEGIN
  IF OLD.is_system AND (TG_OP = 'DELETE' OR NOT NEW.is_system OR NEW.code <> OLD.code OR NOT NEW.is_active) THEN
    RAISE EXCEPTION 'system roles stay' USING ERRCODE = 'check_violation', CONSTRAINT = 'role_system_stays';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  -- A wider discount or a role switched on again would lift whoever holds it.
  IF me IS NOT NULL AND EXISTS (SELECT FROM staff_roleheld WHERE user_id = me AND role_id = NEW.id)
     AND ((NEW.is_active AND NOT OLD.is_active) OR coalesce(NEW.discount_cap, 100) > coalesce(OLD.discount_cap, 100)) THEN
    RAISE EXCEPTION 'nobody widens a role of their own' USING ERRCODE = 'check_violation', CONSTRAINT = 'role_not_ones_own';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON staff_role FOR EACH ROW EXECUTE FUNCTION staff_keep_role();

-- Looked at when the transaction ends, one after the other: of two who end each other's ownership the second fails.
CREATE FUNCTION staff_keep_an_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'staff_roleheld' THEN
    IF NOT EXISTS (SELECT FROM staff_role WHERE id = OLD.role_id AND code = 'owner') THEN
      RETURN NULL;
    END IF;
  ELSIF NOT EXISTS (SELECT FROM staff_roleheld h JOIN staff_role r ON r.id = h.role_id
                    WHERE h.user_id = OLD.id AND h.branch_id IS NULL AND r.code = 'owner') THEN
    RETURN NULL;
  END IF;
  PERFORM staff_roles_in_turn();
  IF NOT EXISTS (
    SELECT FROM staff_roleheld h JOIN staff_role r ON r.id = h.role_id JOIN staff_user u ON u.id = h.user_id
    WHERE r.code = 'owner' AND r.is_active AND u.is_active AND h.branch_id IS NULL
  ) THEN
    RAISE EXCEPTION 'the last owner stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'roleheld_last_owner_stays';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER owner_stays AFTER DELETE OR UPDATE ON staff_roleheld DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.branch_id IS NULL) EXECUTE FUNCTION staff_keep_an_owner();
CREATE CONSTRAINT TRIGGER owner_stays AFTER UPDATE OF is_active ON staff_user DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION staff_keep_an_owner();
