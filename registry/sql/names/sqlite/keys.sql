-- The search keys of the names in one table, each once, and their trigrams. Made for every table of names; {names}
-- stands for it. The twin is in postgresql/keys.sql. A space at each end tells where a key begins and ends.
CREATE TABLE {names}_key (id INTEGER PRIMARY KEY, folded TEXT NOT NULL UNIQUE)
--;
CREATE TABLE {names}_gram (gram TEXT NOT NULL, key_id INTEGER NOT NULL, PRIMARY KEY (gram, key_id)) WITHOUT ROWID
--;
-- The places at which a trigram may begin: a trigger may not count for itself.
CREATE TABLE {names}_gram_at (place INTEGER PRIMARY KEY)
--;
INSERT INTO {names}_gram_at
WITH RECURSIVE counted(place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM counted WHERE place < 300) SELECT place FROM counted
--;
INSERT INTO {names}_key(folded) SELECT DISTINCT folded FROM {names}
--;
INSERT INTO {names}_gram
SELECT DISTINCT substr(' ' || folded || ' ', place, 3), id FROM {names}_key JOIN {names}_gram_at ON place <= length(folded) ORDER BY 1, 2
--;
CREATE TRIGGER {names}_key_made AFTER INSERT ON {names}_key
BEGIN
    INSERT INTO {names}_gram
    SELECT DISTINCT substr(' ' || NEW.folded || ' ', place, 3), NEW.id FROM {names}_gram_at WHERE place <= length(NEW.folded);
END
--;
CREATE TRIGGER {names}_key_gone AFTER DELETE ON {names}_key
BEGIN
    DELETE FROM {names}_gram WHERE key_id = OLD.id AND gram IN (
        SELECT substr(' ' || OLD.folded || ' ', place, 3) FROM {names}_gram_at WHERE place <= length(OLD.folded));
END
--;
CREATE TRIGGER {names}_made AFTER INSERT ON {names}
WHEN NOT EXISTS (SELECT 1 FROM {names}_key WHERE folded = NEW.folded)
BEGIN
    INSERT INTO {names}_key(folded) VALUES (NEW.folded);
END
--;
CREATE TRIGGER {names}_folded AFTER UPDATE OF folded ON {names}
WHEN NEW.folded <> OLD.folded
BEGIN
    INSERT INTO {names}_key(folded)
    SELECT NEW.folded WHERE NOT EXISTS (SELECT 1 FROM {names}_key WHERE folded = NEW.folded);
    DELETE FROM {names}_key
    WHERE folded = OLD.folded AND NOT EXISTS (SELECT 1 FROM {names} WHERE folded = OLD.folded);
END
--;
-- The last name with a key takes the key with it.
CREATE TRIGGER {names}_gone AFTER DELETE ON {names}
WHEN NOT EXISTS (SELECT 1 FROM {names} WHERE folded = OLD.folded)
BEGIN
    DELETE FROM {names}_key WHERE folded = OLD.folded;
END
