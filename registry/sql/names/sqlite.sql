-- The search keys of the names in one table, each once, and their trigrams in a full-text index. Made for every table
-- of names; {names} stands for it. The twin is in postgresql.sql.
CREATE TABLE {names}_key (id INTEGER PRIMARY KEY, folded TEXT NOT NULL UNIQUE)
--;
-- Without a copy of the text: what is deleted has to be named again. A space at each end tells where a key begins and ends.
CREATE VIRTUAL TABLE {names}_gram
USING fts5(folded, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1')
--;
-- Erased means erased: entries are taken out of the index, not crossed out.
INSERT INTO {names}_gram({names}_gram, rank) VALUES ('secure-delete', 1)
--;
CREATE VIRTUAL TABLE {names}_gram_count USING fts5vocab({names}_gram, row)
--;
INSERT INTO {names}_key(folded) SELECT DISTINCT folded FROM {names}
--;
INSERT INTO {names}_gram(rowid, folded) SELECT id, ' ' || folded || ' ' FROM {names}_key
--;
CREATE TRIGGER {names}_key_made AFTER INSERT ON {names}
WHEN NOT EXISTS (SELECT 1 FROM {names}_key WHERE folded = NEW.folded)
BEGIN
    INSERT INTO {names}_key(folded) VALUES (NEW.folded);
    INSERT INTO {names}_gram(rowid, folded) VALUES (last_insert_rowid(), ' ' || NEW.folded || ' ');
END
--;
CREATE TRIGGER {names}_key_renewed AFTER UPDATE OF folded ON {names}
WHEN NEW.folded <> OLD.folded AND NOT EXISTS (SELECT 1 FROM {names}_key WHERE folded = NEW.folded)
BEGIN
    INSERT INTO {names}_key(folded) VALUES (NEW.folded);
    INSERT INTO {names}_gram(rowid, folded) VALUES (last_insert_rowid(), ' ' || NEW.folded || ' ');
END
--;
-- The last name with a key takes the key with it.
CREATE TRIGGER {names}_key_left AFTER UPDATE OF folded ON {names}
WHEN NEW.folded <> OLD.folded AND NOT EXISTS (SELECT 1 FROM {names} WHERE folded = OLD.folded)
BEGIN
    INSERT INTO {names}_gram({names}_gram, rowid, folded)
    SELECT 'delete', id, ' ' || folded || ' ' FROM {names}_key WHERE folded = OLD.folded;
    DELETE FROM {names}_key WHERE folded = OLD.folded;
END
--;
CREATE TRIGGER {names}_key_gone AFTER DELETE ON {names}
WHEN NOT EXISTS (SELECT 1 FROM {names} WHERE folded = OLD.folded)
BEGIN
    INSERT INTO {names}_gram({names}_gram, rowid, folded)
    SELECT 'delete', id, ' ' || folded || ' ' FROM {names}_key WHERE folded = OLD.folded;
    DELETE FROM {names}_key WHERE folded = OLD.folded;
END
