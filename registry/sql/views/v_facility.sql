-- Facilities with their main names and how often each was hit. Merged records point to their canonical one.
CREATE VIEW v_facility AS
SELECT
    k.facility_id AS id,        -- key
    k.ref,          -- ref for people
    COALESCE(k.name, 'unnamed ' || lower((SELECT t.label_en FROM facility_type t WHERE t.code = k.type))) AS name,  -- the name it goes by; of a placeholder, what it is
    k.name_ar,      -- its name in Arabic, where known
    k.type,         -- code of facility_type
    (SELECT t.sector FROM facility_type t WHERE t.code = k.type) AS sector,     -- health, education, civil_defence, other
    k.country,      -- ISO 3166-1 alpha-3
    k.governorate_pcode,        -- P-code of the governorate it lies in
    k.governorate,  -- name of the governorate
    k.district_pcode,           -- P-code of the district
    k.district,     -- name of the district
    k.place_id,     -- key of the place, the canonical one of merged places
    k.place,        -- name of the place
    k.lat,          -- latitude where it was last known to stand, degrees (WGS 84) (restricted)
    k.lon,          -- longitude (restricted)
    k.is_placeholder,           -- stands for one that no source has named
    k.is_mobile,    -- moves
    k.operator_kind,            -- government, ngo, un, private…
    k.canonical_id, -- key of the facility it was found to be the same as
    k.times_hit,    -- attacks on it, a double tap once; those on a merged record count for its canonical one alone
    k.first_hit_on, -- first day of the first of them
    k.last_hit_on,  -- last day of the last of them
    k.last_functionality,       -- how it worked when last recorded; empty: nothing is recorded (restricted)
    k.last_functionality_on,    -- when that was (restricted)
    k.opened_on,    -- since when it exists
    k.closed_on,    -- until when
    (SELECT f.note FROM facility f WHERE f.id = k.facility_id) AS note,         -- remark (restricted)
    k.version       -- rises with every change
FROM kept_facility k
WHERE NOT k.is_retracted
