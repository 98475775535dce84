-- A role held for one's own records alone grants nothing that may be handed on.
CREATE OR REPLACE FUNCTION staff_holds(person uuid, wanted text, at uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM staff_roleheld h JOIN staff_role r ON r.id = h.role_id JOIN staff_grant g ON g.role_id = r.id
    WHERE h.user_id = person AND r.is_active AND NOT h.own_only AND g.permission = wanted AND (h.branch_id IS NULL OR h.branch_id = at))
$$;
