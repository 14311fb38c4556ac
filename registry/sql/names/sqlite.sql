-- Trigrams of the names in one table, in small letters, and of their search keys, in capitals. Made for every table of
-- names; {names} stands for it. The twin is in postgresql.sql. There is no copy of the text: what is deleted has to be
-- named again. Rows are told by the table's own rowid.
CREATE VIRTUAL TABLE {names}_gram
USING fts5(text, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1')
--;
-- Erased means erased: entries are taken out of the index, not crossed out.
INSERT INTO {names}_gram({names}_gram, rank) VALUES ('secure-delete', 1)
--;
CREATE VIRTUAL TABLE {names}_gram_count USING fts5vocab({names}_gram, row)
--;
INSERT INTO {names}_gram(rowid, text) SELECT rowid, ' ' || lower(name) || ' ' || upper(folded) || ' ' FROM {names}
--;
CREATE TRIGGER {names}_gram_made AFTER INSERT ON {names}
BEGIN
    INSERT INTO {names}_gram(rowid, text) VALUES (NEW.rowid, ' ' || lower(NEW.name) || ' ' || upper(NEW.folded) || ' ');
END
--;
CREATE TRIGGER {names}_gram_changed AFTER UPDATE OF name, folded ON {names}
WHEN NEW.name <> OLD.name OR NEW.folded <> OLD.folded
BEGIN
    INSERT INTO {names}_gram({names}_gram, rowid, text)
    VALUES ('delete', OLD.rowid, ' ' || lower(OLD.name) || ' ' || upper(OLD.folded) || ' ');
    INSERT INTO {names}_gram(rowid, text) VALUES (NEW.rowid, ' ' || lower(NEW.name) || ' ' || upper(NEW.folded) || ' ');
END
--;
CREATE TRIGGER {names}_gram_gone AFTER DELETE ON {names}
BEGIN
    INSERT INTO {names}_gram({names}_gram, rowid, text)
    VALUES ('delete', OLD.rowid, ' ' || lower(OLD.name) || ' ' || upper(OLD.folded) || ' ');
END
