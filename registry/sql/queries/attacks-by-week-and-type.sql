-- Attacks in a governorate by week and type; a double tap counts once.
-- An empty week: attacks that are not known to lie in one. For numbers of people see totals-by-month.
-- :area text = SY07 -- P-code of the governorate
-- :first date = 2019-01-01 -- attacks that began on this day or later
-- :last date = 2019-12-31 -- attacks that began on this day or before
SELECT week_on, attack_type, count(*) AS attacks
FROM v_attack
WHERE governorate_pcode = :area AND occurred_from_on BETWEEN :first AND :last AND is_counted
GROUP BY week_on, attack_type
ORDER BY week_on IS NULL, week_on, attack_type IS NULL, attack_type
