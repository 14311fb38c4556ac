-- Named facilities that more than one attack hit; a double tap is one attack, and merged records are one facility.
CREATE VIEW v_hit_again AS
SELECT
    f.id,           -- key
    f.ref,          -- ref for people (restricted)
    f.name,         -- the name it goes by (restricted)
    f.type,         -- code of facility_type
    f.sector,       -- health, education, civil_defence, other
    f.country,      -- ISO 3166-1 alpha-3
    f.governorate_pcode,        -- P-code of the governorate it lies in
    f.governorate,  -- name of the governorate
    f.district_pcode,           -- P-code of the district
    f.district,     -- name of the district
    f.times_hit,    -- attacks on it
    f.first_hit_on, -- first day of the first of them
    f.last_hit_on,  -- last day of the last of them
    f.last_functionality,       -- how it worked when last recorded; empty: nothing is recorded (restricted)
    f.last_functionality_on     -- when that was (restricted)
FROM v_facility f
WHERE f.times_hit > 1 AND NOT f.is_placeholder
