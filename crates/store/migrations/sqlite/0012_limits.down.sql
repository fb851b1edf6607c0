ALTER TABLE outbox DROP COLUMN price;
ALTER TABLE challenges DROP COLUMN long;
DROP TABLE audit;
DROP TABLE sms_days;
DROP TABLE number_blocks;
DROP TABLE guess_ledgers;
DROP TABLE ledgers;
