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
    g.pcode AS governorate_pcode,       -- P-code of the governorate it lies in
    g.name AS governorate,      -- name of the governorate
    d.pcode AS district_pcode,  -- P-code of the district
    d.name AS district,         -- name of the district
    x.standing_id AS place_id,  -- key of the place, the canonical one of merged places
    x.name AS place,            -- name of the place
    k.lat,          -- latitude where it was last known to stand, degrees (WGS 84) (restricted)
    k.lon,          -- longitude (restricted)
    f.is_placeholder,           -- stands for one that no source has named
    f.is_mobile,    -- moves
    f.operator_kind,            -- government, ngo, un, private…
    f.canonical_id, -- key of the facility it was found to be the same as
    k.times_hit,    -- attacks on it, a double tap once; those on a merged record count for its canonical one alone
    k.first_hit_on, -- first day of the first of them
    k.last_hit_on,  -- last day of the last of them
    k.last_functionality,       -- how it worked when last recorded; empty: nothing is recorded (restricted)
    k.last_functionality_on,    -- when that was (restricted)
    f.opened_on,    -- since when it exists
    f.closed_on,    -- until when
    f.note,         -- remark (restricted)
    f.version       -- rises with every change
FROM facility f
JOIN kept_facility k ON k.facility_id = f.id
JOIN kept_place x ON x.place_id = f.place_id
LEFT JOIN kept_place g ON g.place_id = x.governorate_id
LEFT JOIN kept_place d ON d.place_id = x.district_id
WHERE f.retracted_at IS NULL
