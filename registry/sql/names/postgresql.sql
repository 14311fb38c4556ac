-- Trigrams of the names in one table, in small letters, and of their search keys, in capitals. Made for every table of
-- names; {names} stands for it. An index over what a function gives is kept by the server itself, so that no trigger is
-- needed, and no extension, which not everybody may install. The twin is in sqlite.sql.
CREATE OR REPLACE FUNCTION name_grams(name text, folded text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg(substr(t.text, i, 3))
    FROM (SELECT ' ' || lower(name COLLATE "C") || ' ' || upper(folded COLLATE "C") || ' ' AS text) AS t,
        generate_series(1, length(t.text) - 2) AS i
$$
--;
CREATE INDEX ix_{names}_grams ON {names} USING gin (name_grams(name, folded))
