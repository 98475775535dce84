-- Posted at one branch twice at a time: that is one posting, or one of them is wrong.
ALTER TABLE staff_posting ADD CONSTRAINT posting_once_at_a_time
  EXCLUDE USING gist (uuidrange(person_id, person_id, '[]') WITH &&, uuidrange(branch_id, branch_id, '[]') WITH &&, daterange(valid_from, valid_to, '[]') WITH &&);
