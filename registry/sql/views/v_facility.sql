-- Facilities with their main names and how often each was hit. Merged records point to their canonical one.
CREATE VIEW v_facility AS
SELECT
    f.id,           -- key
    f.ref,          -- ref for people
    COALESCE(
        (SELECT n.name FROM facility_name n WHERE n.retracted_at IS NULL AND n.facility_id = f.id
         ORDER BY CASE n.kind WHEN 'official' THEN 0 ELSE 1 END, CASE n.script WHEN 'Latn' THEN 0 ELSE 1 END, n.id
         LIMIT 1),
        'unnamed ' || lower((SELECT t.label_en FROM facility_type t WHERE t.code = f.type_code))
    ) AS name,      -- the name it goes by; of a placeholder, what it is
    (SELECT n.name FROM facility_name n WHERE n.retracted_at IS NULL AND n.facility_id = f.id AND n.script = 'Arab'
     ORDER BY n.id LIMIT 1) AS name_ar,   -- its name in Arabic, where known
    f.type_code AS type,        -- code of facility_type
    (SELECT t.sector FROM facility_type t WHERE t.code = f.type_code) AS sector,  -- health, education, civil_defence, other
    f.country,      -- ISO 3166-1 alpha-3
    COALESCE(x.canonical_id, x.id) AS place_id,  -- key of the place, the canonical one of merged places
    (SELECT n.name FROM place_name n WHERE n.retracted_at IS NULL AND n.place_id = COALESCE(x.canonical_id, x.id)
     ORDER BY CASE n.kind WHEN 'official' THEN 0 ELSE 1 END, CASE n.script WHEN 'Latn' THEN 0 ELSE 1 END, n.id
     LIMIT 1) AS place,         -- name of the place
    f.is_placeholder,           -- stands for one that no source has named
    f.is_mobile,    -- moves
    f.operator_kind,            -- government, ngo, un, private…
    f.canonical_id, -- key of the facility it was found to be the same as
    (SELECT count(DISTINCT COALESCE(p.canonical_id, p.id))
     FROM facility m JOIN attack_facility h ON h.facility_id = m.id AND h.retracted_at IS NULL
     JOIN attack r ON r.id = h.attack_id AND r.state <> 'withdrawn'
     JOIN attack a ON a.id = COALESCE(r.canonical_id, r.id) AND a.state <> 'withdrawn'
     JOIN attack p ON p.id = COALESCE(a.parent_id, a.id)
     WHERE (m.id = f.id AND m.canonical_id IS NULL) OR m.canonical_id = f.id
    ) AS times_hit, -- attacks on it, a double tap once; those on a merged record count for its canonical one alone
    f.opened_on,    -- since when it exists
    f.closed_on,    -- until when
    f.note,         -- remark (restricted)
    f.version       -- rises with every change
FROM facility f
LEFT JOIN place x ON x.id = f.place_id
WHERE f.retracted_at IS NULL
