-- Sources with their main names.
CREATE VIEW v_source AS
SELECT
    s.id,           -- key
    s.ref,          -- ref for people
    (SELECT n.name FROM source_name n WHERE n.retracted_at IS NULL AND n.source_id = s.id
     ORDER BY CASE n.kind WHEN 'official' THEN 0 ELSE 1 END, CASE n.script WHEN 'Latn' THEN 0 ELSE 1 END, n.id
     LIMIT 1) AS name,          -- the name it goes by
    (SELECT n.name FROM source_name n WHERE n.retracted_at IS NULL AND n.source_id = s.id AND n.kind = 'acronym'
     ORDER BY n.id LIMIT 1) AS acronym,   -- its acronym
    s.kind_code AS kind,        -- code of source_kind
    s.parent_id,    -- key of the organisation it speaks for
    (SELECT n.name FROM source_name n WHERE n.retracted_at IS NULL AND n.source_id = s.parent_id
     ORDER BY CASE n.kind WHEN 'official' THEN 0 ELSE 1 END, CASE n.script WHEN 'Latn' THEN 0 ELSE 1 END, n.id
     LIMIT 1) AS organisation,  -- name of the organisation it speaks for
    s.role,         -- role there
    EXISTS (SELECT 1 FROM source_party p WHERE p.source_id = s.id OR p.source_id = s.parent_id)
        AS is_party,            -- belongs to a party to the conflict
    s.is_public_spokesperson,   -- speaks in public for the organisation
    s.is_anonymous, -- not named by the report
    s.reliability,  -- A to F, where graded
    s.note,         -- remark (restricted)
    s.release_agreed_at IS NOT NULL AS is_released,  -- whatever it publishes counts as public
    s.version       -- rises with every change
FROM source s
WHERE s.retracted_at IS NULL
