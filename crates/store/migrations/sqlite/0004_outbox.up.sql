-- Messages on their way. `sealed` is encrypted with a key outside the database and emptied when the row is finished.
CREATE TABLE outbox (
    id              BLOB    NOT NULL PRIMARY KEY,  -- UUID of version 7
    channel         TEXT    NOT NULL,
    account_id      INTEGER,                       -- whose name and language the message is written with
    withheld        INTEGER NOT NULL,              -- 1: nobody has this contact; treated as the others, but not sent
    sealed_key      INTEGER NOT NULL,
    sealed          BLOB    NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    due_at          INTEGER NOT NULL,              -- of a leased row: when its lease ends
    leased_until    INTEGER,
    tries           INTEGER NOT NULL DEFAULT 0,
    ambiguous_tries INTEGER NOT NULL DEFAULT 0,
    deferred        INTEGER NOT NULL DEFAULT 0,    -- 1: a try was put off by the recipient's side
    outcome         TEXT,                          -- NULL while unfinished
    finished_at     INTEGER
) STRICT, WITHOUT ROWID;

-- What a worker looks for; finished rows, by far the most, are not in it.
CREATE INDEX outbox_due ON outbox (channel, due_at) WHERE outcome IS NULL;
