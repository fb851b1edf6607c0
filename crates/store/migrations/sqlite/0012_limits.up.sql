-- What was spent of the limits on sends lately; `key` is a hash over what is limited and whom. From `dead_at` on nothing
-- of it counts any more. There is no index over the keys: the process that serves knows where they lie.
CREATE TABLE ledgers (
    number  INTEGER PRIMARY KEY,
    key     BLOB    NOT NULL,
    moments BLOB    NOT NULL,
    dead_at INTEGER NOT NULL
) STRICT;

-- The same of the budgets of guesses. A right guess takes its row away again, so it stays small beside the other.
CREATE TABLE guess_ledgers (
    key     BLOB    NOT NULL PRIMARY KEY,
    moments BLOB    NOT NULL,
    dead_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What went to each block of phone numbers lately, and how much of it was typed.
CREATE TABLE number_blocks (
    block        TEXT    NOT NULL PRIMARY KEY,  -- the leading digits
    traffic      BLOB    NOT NULL,
    closed_until INTEGER,                       -- NULL: never closed, or opened by hand
    dead_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What text messages cost, by the day of UTC.
CREATE TABLE sms_days (
    day        INTEGER PRIMARY KEY,             -- days since 1970
    messages   INTEGER NOT NULL,
    millionths INTEGER NOT NULL
) STRICT;

-- What happened; rows are added and, when they are old, deleted, never changed. It has no other index: it is written with
-- every sign-in and read by staff alone.
CREATE TABLE audit (
    number     INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    times      INTEGER NOT NULL,
    event      TEXT    NOT NULL,
    account_id INTEGER,
    contact    TEXT,                            -- masked
    door       TEXT    NOT NULL,
    client     TEXT,                            -- the network; NULL: unknown
    detail     TEXT
) STRICT;

-- 1: the code is a long one, and guesses at it take nothing from any budget.
ALTER TABLE challenges ADD COLUMN long INTEGER NOT NULL DEFAULT 0;
-- What a segment costs, in millionths; NULL: not an SMS that goes out, or sent before there were prices.
ALTER TABLE outbox ADD COLUMN price INTEGER;
