-- Places with their main names.
CREATE VIEW v_place AS
SELECT
    p.id,           -- key
    p.ref,          -- ref for people
    (SELECT n.name FROM place_name n WHERE n.retracted_at IS NULL AND n.place_id = p.id
     ORDER BY CASE n.kind WHEN 'official' THEN 0 ELSE 1 END, CASE n.script WHEN 'Latn' THEN 0 ELSE 1 END, n.id
     LIMIT 1) AS name,          -- the name it goes by
    (SELECT n.name FROM place_name n WHERE n.retracted_at IS NULL AND n.place_id = p.id AND n.script = 'Arab'
     ORDER BY n.id LIMIT 1) AS name_ar,   -- its name in Arabic, where known
    p.level,        -- country, governorate, district, subdistrict, community, neighbourhood, area
    p.pcode,        -- OCHA place code
    p.edition,      -- edition of the code list
    p.country,      -- ISO 3166-1 alpha-3
    COALESCE(x.canonical_id, x.id) AS parent_id,  -- key of the place it lies in, the canonical one of merged places
    (SELECT n.name FROM place_name n WHERE n.retracted_at IS NULL AND n.place_id = COALESCE(x.canonical_id, x.id)
     ORDER BY CASE n.kind WHEN 'official' THEN 0 ELSE 1 END, CASE n.script WHEN 'Latn' THEN 0 ELSE 1 END, n.id
     LIMIT 1) AS parent,        -- name of the place it lies in
    p.lat,          -- latitude, degrees (WGS 84)
    p.lon,          -- longitude, degrees (WGS 84)
    p.canonical_id, -- key of the place it was found to be the same as
    p.note,         -- remark
    p.version       -- rises with every change
FROM place p
LEFT JOIN place x ON x.id = p.parent_id
WHERE p.retracted_at IS NULL
