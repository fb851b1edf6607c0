-- What is kept of passwords. Accounts that sign in with codes alone are not in it.
CREATE TABLE passwords (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
    hash       TEXT    NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
