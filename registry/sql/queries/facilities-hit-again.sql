-- Named facilities of a governorate that more than one attack hit.
-- :area text = SY07 -- P-code of the governorate
SELECT name, type, district, times_hit, first_hit_on, last_hit_on, last_functionality
FROM v_hit_again
WHERE governorate_pcode = :area
ORDER BY times_hit DESC, name
