-- Attacks per hundred existing facilities of each type in a governorate, by year; empty where nobody counted them.
-- :area text = SY07 -- P-code of the governorate
SELECT year, type, attacks, facilities_hit, existing, existing_as_of_on, attacks_per_hundred
FROM v_census_rate
WHERE governorate_pcode = :area
ORDER BY year, type
