-- People. E-mail addresses and phone numbers come in their one canonical form, so that plain equality finds them.
-- Instants are milliseconds since 1970 in every table.
CREATE TABLE accounts (
    id              INTEGER PRIMARY KEY,
    name            TEXT    NOT NULL,
    email           TEXT,
    phone           TEXT,
    address         TEXT    NOT NULL,
    customer_type   TEXT    NOT NULL,
    role            TEXT    NOT NULL,
    active          INTEGER NOT NULL,
    language        TEXT,
    created_at      INTEGER NOT NULL,
    last_sign_in_at INTEGER
) STRICT;

CREATE UNIQUE INDEX accounts_email ON accounts (email) WHERE email IS NOT NULL;
CREATE UNIQUE INDEX accounts_phone ON accounts (phone) WHERE phone IS NOT NULL;
