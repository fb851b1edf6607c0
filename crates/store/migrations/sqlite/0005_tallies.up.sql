-- What the figures count of rows that clean-up deleted, by the quarter of an hour in which they were created. Quarters
-- that no "today" can reach are summed up in quarter 0.
CREATE TABLE tallies (
    channel  TEXT    NOT NULL,
    quarter  INTEGER NOT NULL,                     -- created_at / 900000
    issued   INTEGER NOT NULL DEFAULT 0,
    verified INTEGER NOT NULL DEFAULT 0,
    expired  INTEGER NOT NULL DEFAULT 0,
    accepted INTEGER NOT NULL DEFAULT 0,
    failed   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (channel, quarter)
) STRICT, WITHOUT ROWID;
