-- Signed-in browsers. Of a token only the hash of its secret is here.
CREATE TABLE sessions (
    id           BLOB    NOT NULL PRIMARY KEY,  -- UUID of version 7
    account_id   INTEGER NOT NULL REFERENCES accounts (id),
    secret_hash  BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    ended_at     INTEGER,
    user_agent   TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_account ON sessions (account_id);
