-- Who took the message, and what the provider calls it.
ALTER TABLE outbox ADD COLUMN transport TEXT;
ALTER TABLE outbox ADD COLUMN reference TEXT;
-- What an SMS was billed as; `is_unicode` 1: as UCS-2.
ALTER TABLE outbox ADD COLUMN segments INTEGER;
ALTER TABLE outbox ADD COLUMN is_unicode INTEGER;
-- What the provider said of it later.
ALTER TABLE outbox ADD COLUMN reported TEXT;
ALTER TABLE outbox ADD COLUMN reported_error TEXT;
ALTER TABLE outbox ADD COLUMN reported_at INTEGER;
-- Of a code that is kept outside of the database the message stands for it in the figures: `live`, `used` or `dead`, and
-- since when it is one of the latter two. A live one is dead from `expires_at` on. NULL: not such a code, or nobody's.
ALTER TABLE outbox ADD COLUMN code TEXT;
ALTER TABLE outbox ADD COLUMN code_ended_at INTEGER;

CREATE INDEX outbox_reference ON outbox (transport, reference) WHERE reference IS NOT NULL;

ALTER TABLE tallies ADD COLUMN gsm7 INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tallies ADD COLUMN ucs2 INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tallies ADD COLUMN segments INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tallies ADD COLUMN delivered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tallies ADD COLUMN undelivered INTEGER NOT NULL DEFAULT 0;
