-- Attacks by type of facility, in one area or all.
-- An attack that hit two types counts for both, so these numbers do not add up to attacks.
-- :area text =  -- area, as public-attacks-by-area spells it; nothing for all
SELECT facility_type, sum(attacks) AS attacks
FROM v_area_week_type
WHERE :area = '' OR area = :area
GROUP BY facility_type
ORDER BY attacks DESC, facility_type
