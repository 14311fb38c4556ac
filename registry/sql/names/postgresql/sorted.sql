-- The names in one table in order, so that those which begin or end like a typed one stand beside it. Made for every table
-- of names; {names} stands for it, and {part} for the part of the index that the name `n` belongs to. The twin is in
-- sqlite/sorted.sql. A name stands in it four times: by itself and by its search key, forwards and backwards.
CREATE TABLE {names}_sorted (
    part uuid NOT NULL, way text NOT NULL, text text NOT NULL COLLATE "C", name_id uuid NOT NULL, PRIMARY KEY (part, way, text, name_id)
)
--;
INSERT INTO {names}_sorted
SELECT {part}, way, text, n.id FROM {names} n CROSS JOIN LATERAL (VALUES
    ('name', lower(n.name)), ('eman', reverse(lower(n.name))), ('key', n.folded), ('yek', reverse(n.folded))) AS w(way, text)
--;
CREATE OR REPLACE FUNCTION {names}_sorted_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {names}_sorted
    SELECT {part}, way, text, n.id FROM made n CROSS JOIN LATERAL (VALUES
        ('name', lower(n.name)), ('eman', reverse(lower(n.name))), ('key', n.folded), ('yek', reverse(n.folded))) AS w(way, text);
    RETURN NULL;
END $$
--;
CREATE OR REPLACE FUNCTION {names}_sorted_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM {names}_sorted s USING (
        SELECT {part} AS part, way, text, n.id FROM gone n CROSS JOIN LATERAL (VALUES
            ('name', lower(n.name)), ('eman', reverse(lower(n.name))), ('key', n.folded), ('yek', reverse(n.folded))) AS w(way, text)
    ) AS g WHERE s.part = g.part AND s.way = g.way AND s.text = g.text AND s.name_id = g.id;
    RETURN NULL;
END $$
--;
CREATE TRIGGER {names}_sorted_in AFTER INSERT ON {names}
REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION {names}_sorted_in()
--;
CREATE TRIGGER {names}_sorted_out AFTER DELETE ON {names}
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION {names}_sorted_out()
--;
-- In the order of their names: what was first, then what is.
CREATE TRIGGER {names}_sorted_was AFTER UPDATE ON {names}
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION {names}_sorted_out()
--;
CREATE TRIGGER {names}_sorted_will AFTER UPDATE ON {names}
REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION {names}_sorted_in()
