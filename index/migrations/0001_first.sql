-- The truth: articles, what they say, who says it, and one vector for each statement.
-- Everything else in the store's folder can be rebuilt from this file.

PRAGMA application_id = 0x43584B52;  -- "CXKR": tells our file from another program's

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE articles (
    number    INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    text      TEXT NOT NULL,
    title     TEXT,
    date      TEXT,
    source    TEXT,
    url       TEXT,
    speaker   TEXT,
    sha256    TEXT NOT NULL,  -- Article.sha256: which version this is, and proof that it is whole
    extractor TEXT NOT NULL   -- version of the extraction that read it
);
CREATE UNIQUE INDEX articles_by_url ON articles (url) WHERE url <> '';

-- The integer id is the vector's id in every index. AUTOINCREMENT: an id never means a second statement.
CREATE TABLE statements (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    key          TEXT NOT NULL UNIQUE,  -- Statement.id
    article      TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    actor_id     TEXT,
    actor_name   TEXT,
    side         TEXT,
    date         TEXT,
    stance       TEXT NOT NULL,
    polarity     INTEGER NOT NULL CHECK (polarity IN (1, -1)),
    hypothetical INTEGER NOT NULL CHECK (hypothetical IN (0, 1)),
    checkable    INTEGER NOT NULL CHECK (checkable IN (0, 1)),
    parent       TEXT,  -- key of the statement that this one is embedded in
    answers      TEXT,  -- key of the statement that this one denies
    copy         TEXT,  -- equal where one actor says the same words (wire copy); NULL: too few words to tell
    proposition  TEXT NOT NULL,
    content      TEXT NOT NULL,
    record       TEXT NOT NULL,  -- JSON: what no query asks for
    sha256       TEXT NOT NULL   -- over the other columns: proof that the row is whole
);
CREATE INDEX statements_by_article ON statements (article);
CREATE INDEX statements_by_actor ON statements (actor_id);
CREATE INDEX statements_by_actor_name ON statements (actor_name COLLATE NOCASE);
CREATE INDEX statements_by_side ON statements (side);
CREATE INDEX statements_by_date ON statements (date);
CREATE INDEX statements_by_parent ON statements (parent) WHERE parent IS NOT NULL;
CREATE INDEX statements_by_answers ON statements (answers) WHERE answers IS NOT NULL;
CREATE INDEX statements_by_copy ON statements (copy) WHERE copy IS NOT NULL;

CREATE TABLE vectors (
    statement INTEGER PRIMARY KEY REFERENCES statements (id) ON DELETE CASCADE,
    vector    BLOB NOT NULL,    -- float32, little-endian
    crc32     INTEGER NOT NULL  -- of the blob
);

-- What derived indexes have to follow, in order. References nothing: it outlives what it tells of.
CREATE TABLE outbox (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    op        TEXT NOT NULL CHECK (op IN ('add', 'remove')),
    statement INTEGER NOT NULL,
    article   TEXT NOT NULL
);

CREATE VIRTUAL TABLE statement_words USING fts5 (
    proposition, content, actor_name,
    content = 'statements', content_rowid = 'id',
    tokenize = 'porter unicode61 remove_diacritics 2'
);

-- Triggers, so that no way of writing can leave the words or the outbox behind.
CREATE TRIGGER statement_added AFTER INSERT ON statements BEGIN
    INSERT INTO statement_words (rowid, proposition, content, actor_name)
        VALUES (new.id, new.proposition, new.content, new.actor_name);
    INSERT INTO outbox (op, statement, article) VALUES ('add', new.id, new.article);
END;
CREATE TRIGGER statement_removed AFTER DELETE ON statements BEGIN
    INSERT INTO statement_words (statement_words, rowid, proposition, content, actor_name)
        VALUES ('delete', old.id, old.proposition, old.content, old.actor_name);
    INSERT INTO outbox (op, statement, article) VALUES ('remove', old.id, old.article);
END;
CREATE TRIGGER statement_never_altered BEFORE UPDATE ON statements BEGIN
    SELECT RAISE(ABORT, 'a statement is never altered: remove it and add another');
END;
