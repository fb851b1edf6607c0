-- Challenges about a registration.
ALTER TABLE challenges ADD COLUMN registration_id INTEGER;
-- Which one it is of those for the same contact and purpose, from 1; NULL for purposes that only handles find. Ids do not
-- tell: the clock may be set back.
ALTER TABLE challenges ADD COLUMN turn INTEGER;
-- The caller's own name for the request, hashed, and what was asked, hashed.
ALTER TABLE challenges ADD COLUMN once_key BLOB;
ALTER TABLE challenges ADD COLUMN once_print BLOB;

-- Sign-ins, by far the most rows, are in neither.
CREATE UNIQUE INDEX challenges_turn ON challenges (identifier, purpose, turn) WHERE turn IS NOT NULL;
CREATE UNIQUE INDEX challenges_once ON challenges (once_key) WHERE once_key IS NOT NULL;
