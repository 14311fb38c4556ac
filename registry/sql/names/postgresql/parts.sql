-- Which part of the index of names a place belongs to: one part for each governorate, or what stands for one. The twin is
-- in sqlite/parts.sql. Given once, when the place is made, and kept when the place moves: it says where names stand in the
-- index, not where the place lies, and whoever looks within a place looks at the parts of all that lies in it.
CREATE TABLE place_part (place_id uuid NOT NULL PRIMARY KEY, part uuid NOT NULL)
--;
INSERT INTO place_part
WITH RECURSIVE under(id, level, part) AS (
    SELECT id, level, id FROM place WHERE parent_id IS NULL
    UNION ALL
    SELECT p.id, p.level, CASE WHEN u.level = 'country' THEN p.id ELSE u.part END FROM under u JOIN place p ON p.parent_id = u.id
)
SELECT id, part FROM under
--;
-- Places that one statement brings may lie in each other.
CREATE OR REPLACE FUNCTION place_part_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO place_part
    WITH RECURSIVE under(id, level, part) AS (
        SELECT m.id, m.level, COALESCE(p.part, m.id) FROM made m
        LEFT JOIN place above ON above.id = m.parent_id AND above.level <> 'country'
        LEFT JOIN place_part p ON p.place_id = above.id
        WHERE NOT EXISTS (SELECT 1 FROM made x WHERE x.id = m.parent_id)
        UNION ALL
        SELECT m.id, m.level, CASE WHEN u.level = 'country' THEN m.id ELSE u.part END FROM under u JOIN made m ON m.parent_id = u.id
    )
    SELECT id, part FROM under;
    RETURN NULL;
END $$
--;
CREATE TRIGGER place_part_made AFTER INSERT ON place
REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION place_part_made()
--;
CREATE OR REPLACE FUNCTION place_part_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM place_part USING gone WHERE place_id = gone.id;
    RETURN NULL;
END $$
--;
CREATE TRIGGER place_part_gone AFTER DELETE ON place
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION place_part_gone()
