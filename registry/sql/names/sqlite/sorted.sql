-- The names in one table in order, so that those which begin or end like a typed one stand beside it. Made for every table
-- of names; {names} stands for it, and {part} for the part of the index that the name `n` belongs to. The twin is in
-- postgresql/sorted.sql. A name stands in it four times: by itself and by its search key, forwards and backwards.
CREATE TABLE {names}_sorted (
    part BLOB NOT NULL, way TEXT NOT NULL, text TEXT NOT NULL, name_id BLOB NOT NULL, PRIMARY KEY (part, way, text, name_id)
) WITHOUT ROWID
--;
CREATE TRIGGER {names}_sorted_made AFTER INSERT ON {names}_sorted
WHEN NEW.way IN ('name', 'key')
BEGIN
    INSERT INTO {names}_sorted
    SELECT NEW.part, CASE NEW.way WHEN 'name' THEN 'eman' ELSE 'yek' END, COALESCE(group_concat(letter, ''), ''), NEW.name_id
    FROM (SELECT substr(NEW.text, place, 1) AS letter FROM {names}_gram_at WHERE place <= length(NEW.text) ORDER BY place DESC);
END
--;
CREATE TRIGGER {names}_sorted_gone AFTER DELETE ON {names}_sorted
WHEN OLD.way IN ('name', 'key')
BEGIN
    DELETE FROM {names}_sorted
    WHERE part = OLD.part AND way = CASE OLD.way WHEN 'name' THEN 'eman' ELSE 'yek' END AND name_id = OLD.name_id AND text = (
        SELECT COALESCE(group_concat(letter, ''), '')
        FROM (SELECT substr(OLD.text, place, 1) AS letter FROM {names}_gram_at WHERE place <= length(OLD.text) ORDER BY place DESC));
END
--;
INSERT INTO {names}_sorted SELECT {part}, 'name', lower(n.name), n.id FROM {names} n ORDER BY 1, 3
--;
INSERT INTO {names}_sorted SELECT {part}, 'key', n.folded, n.id FROM {names} n ORDER BY 1, 3
--;
CREATE TRIGGER {names}_sorted_in AFTER INSERT ON {names}
BEGIN
    INSERT INTO {names}_sorted SELECT {part}, 'name', lower(n.name), n.id FROM {names} n WHERE n.id = NEW.id;
    INSERT INTO {names}_sorted SELECT {part}, 'key', n.folded, n.id FROM {names} n WHERE n.id = NEW.id;
END
--;
CREATE TRIGGER {names}_sorted_changed AFTER UPDATE OF name, folded ON {names}
BEGIN
    DELETE FROM {names}_sorted WHERE way = 'name' AND text = lower(OLD.name) AND name_id = OLD.id
    AND part = (SELECT {part} FROM {names} n WHERE n.id = NEW.id);
    DELETE FROM {names}_sorted WHERE way = 'key' AND text = OLD.folded AND name_id = OLD.id
    AND part = (SELECT {part} FROM {names} n WHERE n.id = NEW.id);
    INSERT INTO {names}_sorted SELECT {part}, 'name', lower(n.name), n.id FROM {names} n WHERE n.id = NEW.id;
    INSERT INTO {names}_sorted SELECT {part}, 'key', n.folded, n.id FROM {names} n WHERE n.id = NEW.id;
END
--;
CREATE TRIGGER {names}_sorted_out BEFORE DELETE ON {names}
BEGIN
    DELETE FROM {names}_sorted WHERE way = 'name' AND text = lower(OLD.name) AND name_id = OLD.id
    AND part = (SELECT {part} FROM {names} n WHERE n.id = OLD.id);
    DELETE FROM {names}_sorted WHERE way = 'key' AND text = OLD.folded AND name_id = OLD.id
    AND part = (SELECT {part} FROM {names} n WHERE n.id = OLD.id);
END
