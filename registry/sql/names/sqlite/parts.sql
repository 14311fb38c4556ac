-- Which part of the index of names a place belongs to: one part for each governorate, or what stands for one. The twin is
-- in postgresql/parts.sql. Given once, when the place is made, and kept when the place moves: it says where names stand in
-- the index, not where the place lies, and whoever looks within a place looks at the parts of all that lies in it.
CREATE TABLE place_part (place_id BLOB NOT NULL PRIMARY KEY, part BLOB NOT NULL) WITHOUT ROWID
--;
INSERT INTO place_part
WITH RECURSIVE under(id, level, part) AS (
    SELECT id, level, id FROM place WHERE parent_id IS NULL
    UNION ALL
    SELECT p.id, p.level, CASE WHEN u.level = 'country' THEN p.id ELSE u.part END FROM under u JOIN place p ON p.parent_id = u.id
)
SELECT id, part FROM under
--;
CREATE TRIGGER place_part_made AFTER INSERT ON place
BEGIN
    INSERT INTO place_part VALUES (NEW.id, COALESCE(
        (SELECT p.part FROM place_part p JOIN place above ON above.id = p.place_id
         WHERE p.place_id = NEW.parent_id AND above.level <> 'country'), NEW.id));
END
--;
CREATE TRIGGER place_part_gone AFTER DELETE ON place
BEGIN
    DELETE FROM place_part WHERE place_id = OLD.id;
END
