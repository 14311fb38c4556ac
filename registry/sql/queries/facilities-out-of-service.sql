-- Named facilities of a governorate that did not work when somebody last recorded how they did.
-- :area text = SY07 -- P-code of the governorate
SELECT name, type, district, last_functionality, last_functionality_on, times_hit
FROM v_facility
WHERE governorate_pcode = :area AND last_functionality IN ('non_functioning', 'suspended', 'closed')
AND NOT is_placeholder
ORDER BY last_functionality_on IS NULL, last_functionality_on, name
