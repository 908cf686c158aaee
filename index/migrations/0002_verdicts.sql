-- What was judged of stored pairs, by which run, what that run reported, and what analysts said of it.
-- Nothing here holds a word of an article: a text that is corrected or withdrawn is gone with its statements.

-- A verdict lives as long as both its statements: a correction or withdrawal takes it along.
CREATE TABLE verdicts (
    claim          INTEGER NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
    statement      INTEGER NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
    claim_hash     TEXT NOT NULL,  -- of all that counts of the claim when it was judged
    statement_hash TEXT NOT NULL,  -- of the statement, and of what it answers
    judge          TEXT NOT NULL,  -- of weights and settings; '': to be judged again
    kind           TEXT NOT NULL,
    score          REAL NOT NULL,
    similarity     REAL NOT NULL,
    contradiction  REAL NOT NULL,
    entailment     REAL NOT NULL,
    neutral        REAL NOT NULL,
    reasons        TEXT NOT NULL,  -- words, a blank between two
    crc32          INTEGER NOT NULL,  -- over the other columns but judge: proof that the row is whole
    PRIMARY KEY (claim, statement)
) WITHOUT ROWID;
CREATE INDEX verdicts_by_statement ON verdicts (statement);
CREATE INDEX verdicts_by_kind ON verdicts (kind) WHERE kind IN ('contradiction', 'uncertain', 'superseded');
CREATE INDEX verdicts_by_judge ON verdicts (judge);

-- Nightly runs. Only the last one can be unfinished.
CREATE TABLE runs (
    number   INTEGER PRIMARY KEY,
    state    TEXT NOT NULL CHECK (state IN ('running', 'done')),
    judge    TEXT NOT NULL,
    seq      INTEGER NOT NULL,  -- last change of the outbox that it has seen
    review   INTEGER NOT NULL,  -- last change of a review that it has seen
    compared INTEGER NOT NULL,  -- every statement with an id up to this one has been compared
    fresh    INTEGER NOT NULL,  -- statements that it compared
    judged   INTEGER NOT NULL,  -- pairs that it judged for the first time
    again    INTEGER NOT NULL,  -- pairs that it judged again
    day      TEXT,              -- the newest day that it knows of
    crc32    INTEGER NOT NULL
);

-- Articles that a run could not use, and why.
CREATE TABLE run_problems (
    run     INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
    article TEXT NOT NULL,
    message TEXT NOT NULL,
    crc32   INTEGER NOT NULL,
    PRIMARY KEY (run, article)
) WITHOUT ROWID;

-- The disputes as the last finished run reported them. Statements by key: this outlives what it tells of.
CREATE TABLE disputes (
    id        TEXT PRIMARY KEY,
    state     TEXT NOT NULL,     -- when it last changed
    run       INTEGER NOT NULL,  -- that reported this change
    first_run INTEGER NOT NULL   -- that reported it first
) WITHOUT ROWID;
CREATE TABLE dispute_pairs (
    claim             TEXT NOT NULL,
    statement         TEXT NOT NULL,
    dispute           TEXT NOT NULL REFERENCES disputes (id) ON DELETE CASCADE,
    claim_article     TEXT NOT NULL,
    statement_article TEXT NOT NULL,
    reviewed          INTEGER NOT NULL CHECK (reviewed IN (0, 1)),
    crc32             INTEGER NOT NULL,
    PRIMARY KEY (claim, statement)
) WITHOUT ROWID;
CREATE INDEX dispute_pairs_by_dispute ON dispute_pairs (dispute);

-- An analyst's word on a pair, whichever way round; a < b. It holds for the statements as they were read.
CREATE TABLE reviews (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,  -- grows with every change: a run can tell whether there was one
    a       TEXT NOT NULL,
    b       TEXT NOT NULL,
    a_hash  TEXT NOT NULL,
    b_hash  TEXT NOT NULL,
    kind    TEXT,  -- NULL: taken back
    note    TEXT NOT NULL,
    analyst TEXT NOT NULL,
    crc32   INTEGER NOT NULL,
    UNIQUE (a, b)
);
