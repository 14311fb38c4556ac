-- Attacks in a governorate of which nobody has said how many were killed: they are not attacks that killed nobody.
-- :area text = SY07 -- P-code of the governorate
-- :first date = 2019-01-01 -- attacks that began on this day or later
-- :last date = 2019-12-31 -- attacks that began on this day or before
SELECT ref, occurred_from_on, place, attack_type, harm_absence, claims
FROM v_attack
WHERE governorate_pcode = :area AND occurred_from_on BETWEEN :first AND :last AND is_counted
AND killed_low IS NULL AND killed_high IS NULL
ORDER BY occurred_from_on, ref
