-- Attacks in a governorate by our grade; how many rest on two origins or more.
-- :area text = SY07 -- P-code of the governorate
-- :first date = 2019-01-01 -- attacks that began on this day or later
-- :last date = 2019-12-31 -- attacks that began on this day or before
SELECT grade, count(*) AS attacks, sum(CASE WHEN origins > 1 THEN 1 ELSE 0 END) AS of_two_origins
FROM v_attack
WHERE governorate_pcode = :area AND occurred_from_on BETWEEN :first AND :last AND is_counted
GROUP BY grade
ORDER BY attacks DESC, grade
