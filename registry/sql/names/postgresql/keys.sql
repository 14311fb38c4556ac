-- The search keys of the names in one table, each once, and their trigrams. Made for every table of names; {names}
-- stands for it. The twin is in sqlite/keys.sql. A space at each end tells where a key begins and ends. Whole statements are
-- looked at, so that COPY of many names costs little; no extension is needed, which not everybody may install.
CREATE TABLE {names}_key (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, folded text NOT NULL UNIQUE)
--;
CREATE TABLE {names}_gram (gram text NOT NULL, key_id bigint NOT NULL, PRIMARY KEY (gram, key_id))
--;
CREATE OR REPLACE FUNCTION {names}_key_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {names}_gram
    SELECT DISTINCT substr(' ' || folded || ' ', place, 3), id FROM made, generate_series(1, length(folded)) AS place;
    RETURN NULL;
END $$
--;
CREATE TRIGGER {names}_key_made AFTER INSERT ON {names}_key
REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION {names}_key_made()
--;
INSERT INTO {names}_key(folded) SELECT DISTINCT folded FROM {names}
--;
CREATE OR REPLACE FUNCTION {names}_key_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM {names}_gram USING gone, generate_series(1, length(gone.folded)) AS place
    WHERE key_id = gone.id AND gram = substr(' ' || gone.folded || ' ', place, 3);
    RETURN NULL;
END $$
--;
CREATE TRIGGER {names}_key_gone AFTER DELETE ON {names}_key
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION {names}_key_gone()
--;
CREATE OR REPLACE FUNCTION {names}_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {names}_key(folded) SELECT DISTINCT folded FROM made ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$
--;
CREATE TRIGGER {names}_made AFTER INSERT ON {names}
REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION {names}_made()
--;
-- The last name with a key takes the key with it.
CREATE OR REPLACE FUNCTION {names}_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM {names}_key k USING (SELECT DISTINCT folded FROM gone) AS g
    WHERE k.folded = g.folded AND NOT EXISTS (SELECT 1 FROM {names} n WHERE n.folded = g.folded);
    RETURN NULL;
END $$
--;
CREATE TRIGGER {names}_gone AFTER DELETE ON {names}
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION {names}_gone()
--;
CREATE OR REPLACE FUNCTION {names}_folded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {names}_key(folded) SELECT DISTINCT folded FROM made ON CONFLICT DO NOTHING;
    DELETE FROM {names}_key k USING (SELECT folded FROM gone EXCEPT SELECT folded FROM made) AS g
    WHERE k.folded = g.folded AND NOT EXISTS (SELECT 1 FROM {names} n WHERE n.folded = g.folded);
    RETURN NULL;
END $$
--;
CREATE TRIGGER {names}_folded AFTER UPDATE ON {names}
REFERENCING OLD TABLE AS gone NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION {names}_folded()
