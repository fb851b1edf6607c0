-- Pending sign-ins. The digits of a code are never here: `verifier` is an HMAC whose key lives outside the database.
-- Ids are UUIDs of version 7: new rows go to the end of the tree, and clean-up walks it from the front.
-- No foreign key to accounts: accounts and challenges may live in different stores.
CREATE TABLE challenges (
    id            BLOB    NOT NULL PRIMARY KEY,
    secret_hash   BLOB    NOT NULL,
    purpose       TEXT    NOT NULL,
    channel       TEXT    NOT NULL,
    identifier    TEXT    NOT NULL,
    account_id    INTEGER,                      -- NULL: nobody has this contact, and no guess is right
    verifier_key  INTEGER NOT NULL,
    verifier      BLOB    NOT NULL,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    max_attempts  INTEGER NOT NULL,
    resends       INTEGER NOT NULL,
    resend_at     INTEGER NOT NULL,
    message_id    BLOB    NOT NULL,
    attempts      INTEGER NOT NULL DEFAULT 0,
    verified_at   INTEGER,
    superseded_at INTEGER,
    found_dead_at INTEGER                       -- first seen expired; it stays dead should the clock be set back
) STRICT, WITHOUT ROWID;
