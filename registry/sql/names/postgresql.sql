-- The trigrams of the search keys of the names in one table. Made for every table of names; {names} stands for it. An
-- index over what a function gives is kept by the server itself, so that no trigger is needed and no extension, which
-- not everybody may install. The twin is in sqlite.sql.
CREATE OR REPLACE FUNCTION name_grams(key text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg(substr(' ' || key || ' ', i, 3)) FROM generate_series(1, length(key)) AS i
$$
--;
CREATE INDEX ix_{names}_grams ON {names} USING gin (name_grams(folded))
