-- A name in its two parts, where it was given so; both are NULL where it was not.
ALTER TABLE accounts ADD COLUMN first_name TEXT;
ALTER TABLE accounts ADD COLUMN last_name TEXT;

-- The one row of numbers that accounts and registrations draw their ids from: a registration becomes the account of
-- its own id.
CREATE TABLE account_numbers (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    last INTEGER NOT NULL
) STRICT;

INSERT INTO account_numbers (one, last) SELECT 1, max(coalesce(max(id), 0), 0) FROM accounts;
