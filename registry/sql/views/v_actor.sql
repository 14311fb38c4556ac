-- Actors with their main names.
CREATE VIEW v_actor AS
SELECT
    a.id,           -- key
    a.ref,          -- ref for people
    (SELECT n.name FROM actor_name n WHERE n.retracted_at IS NULL AND n.actor_id = a.id
     ORDER BY CASE n.kind WHEN 'official' THEN 0 ELSE 1 END, CASE n.script WHEN 'Latn' THEN 0 ELSE 1 END, n.id
     LIMIT 1) AS name,          -- the name it goes by
    a.kind_code AS kind,        -- code of actor_kind
    a.parent_id,    -- key of the body it is part of
    (SELECT n.name FROM actor_name n WHERE n.retracted_at IS NULL AND n.actor_id = a.parent_id
     ORDER BY CASE n.kind WHEN 'official' THEN 0 ELSE 1 END, CASE n.script WHEN 'Latn' THEN 0 ELSE 1 END, n.id
     LIMIT 1) AS part_of,       -- name of the body it is part of
    a.note,         -- remark
    a.version       -- rises with every change
FROM actor a
WHERE a.retracted_at IS NULL
