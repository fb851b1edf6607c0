-- Keys of API callers. Of a key only the hash of its secret is here.
CREATE TABLE api_keys (
    id           BLOB    NOT NULL PRIMARY KEY,  -- UUID of version 7
    secret_hash  BLOB    NOT NULL,
    name         TEXT    NOT NULL,
    scopes       TEXT    NOT NULL,              -- words with a space between
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER,
    revoked_at   INTEGER
) STRICT, WITHOUT ROWID;
