-- A facility that moves takes its names to the part of its new place. The twin is in sqlite/moved.sql.
CREATE OR REPLACE FUNCTION facility_name_sorted_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE facility_name_sorted s SET part = moved.part
    FROM (
        SELECT n.id, {part} AS part, COALESCE((SELECT p.part FROM place_part p WHERE p.place_id = g.place_id), {nowhere}) AS former, way, text
        FROM gone g JOIN made m ON m.id = g.id AND m.place_id IS DISTINCT FROM g.place_id
        JOIN facility_name n ON n.facility_id = m.id
        CROSS JOIN LATERAL (VALUES
            ('name', lower(n.name)), ('eman', reverse(lower(n.name))), ('key', n.folded), ('yek', reverse(n.folded))) AS w(way, text)
    ) AS moved
    WHERE s.part = moved.former AND s.way = moved.way AND s.text = moved.text AND s.name_id = moved.id;
    RETURN NULL;
END $$
--;
CREATE TRIGGER facility_name_sorted_moved AFTER UPDATE ON facility
REFERENCING OLD TABLE AS gone NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION facility_name_sorted_moved()
