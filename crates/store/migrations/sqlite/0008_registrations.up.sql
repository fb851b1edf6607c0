-- Requests for accounts. Nothing here holds a contact or gives any power until somebody proves one of the contacts.
CREATE TABLE registrations (
    id              INTEGER PRIMARY KEY,        -- the account's, once it is activated
    first_name      TEXT    NOT NULL,
    last_name       TEXT    NOT NULL,
    email           TEXT,                       -- NULL: not given, or lost to whoever proved it
    email_proven_at INTEGER,
    phone           TEXT,                       -- likewise
    phone_proven_at INTEGER,
    password        TEXT,                       -- NULL once it is activated: it moved, or was void
    customer_type   TEXT    NOT NULL,
    language        TEXT    NOT NULL,
    client          TEXT,                       -- the network it came from; NULL: unknown
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    account_id      INTEGER                     -- NULL while it waits
) STRICT;

CREATE INDEX registrations_email ON registrations (email) WHERE email IS NOT NULL;
CREATE INDEX registrations_phone ON registrations (phone) WHERE phone IS NOT NULL;
CREATE INDEX registrations_expiry ON registrations (expires_at);
