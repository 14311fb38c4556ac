-- The trigrams of the names in one table and of their search keys, to find a part of one. Made for every table of names;
-- {names} stands for it. PostgreSQL has no twin: there a part is looked for among all names. Only trigrams are kept, no
-- text and no place in it, so whoever looks compares what is found. Erased means erased here too.
CREATE TABLE {names}_row (id INTEGER PRIMARY KEY, name_id BLOB NOT NULL UNIQUE)
--;
CREATE VIRTUAL TABLE {names}_inside USING fts5(text, content='', columnsize=0, detail='none', tokenize='trigram')
--;
INSERT INTO {names}_inside({names}_inside, rank) VALUES ('secure-delete', 1)
--;
INSERT INTO {names}_row(name_id) SELECT id FROM {names}
--;
INSERT INTO {names}_inside(rowid, text)
SELECT r.id, n.name || ' ' || n.folded || ' ' FROM {names}_row r JOIN {names} n ON n.id = r.name_id ORDER BY r.id
--;
CREATE TRIGGER {names}_inside_in AFTER INSERT ON {names}
BEGIN
    INSERT INTO {names}_row(name_id) VALUES (NEW.id);
    INSERT INTO {names}_inside(rowid, text)
    SELECT id, NEW.name || ' ' || NEW.folded || ' ' FROM {names}_row WHERE name_id = NEW.id;
END
--;
CREATE TRIGGER {names}_inside_changed AFTER UPDATE OF name, folded ON {names}
WHEN NEW.name <> OLD.name OR NEW.folded <> OLD.folded
BEGIN
    INSERT INTO {names}_inside({names}_inside, rowid, text)
    SELECT 'delete', id, OLD.name || ' ' || OLD.folded || ' ' FROM {names}_row WHERE name_id = OLD.id;
    INSERT INTO {names}_inside(rowid, text)
    SELECT id, NEW.name || ' ' || NEW.folded || ' ' FROM {names}_row WHERE name_id = NEW.id;
END
--;
CREATE TRIGGER {names}_inside_out AFTER DELETE ON {names}
BEGIN
    INSERT INTO {names}_inside({names}_inside, rowid, text)
    SELECT 'delete', id, OLD.name || ' ' || OLD.folded || ' ' FROM {names}_row WHERE name_id = OLD.id;
    DELETE FROM {names}_row WHERE name_id = OLD.id;
END
