-- What the next report must know of the last one, beside its disputes.

-- The accusations and denials that nobody had met when the last finished run reported.
CREATE TABLE open_claims (
    statement TEXT PRIMARY KEY,  -- by key: this outlives what it tells of
    article   TEXT NOT NULL,
    crc32     INTEGER NOT NULL
) WITHOUT ROWID;

-- The run that told that a review lost what it was given on; NULL: none had to.
ALTER TABLE reviews ADD COLUMN lost_in INTEGER;
