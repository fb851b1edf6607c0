DROP INDEX challenges_once;
DROP INDEX challenges_turn;
ALTER TABLE challenges DROP COLUMN once_print;
ALTER TABLE challenges DROP COLUMN once_key;
ALTER TABLE challenges DROP COLUMN turn;
ALTER TABLE challenges DROP COLUMN registration_id;
