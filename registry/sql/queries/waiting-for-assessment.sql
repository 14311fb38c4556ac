-- Attacks of a governorate that nobody has graded, those of most origins first.
-- :area text = SY07 -- P-code of the governorate
-- :most integer = 50 -- how many
SELECT ref, occurred_from_on, place, claims, origins
FROM v_attack
WHERE governorate_pcode = :area AND grade = 'unassessed' AND is_counted
ORDER BY origins DESC, claims DESC, occurred_from_on IS NULL DESC, occurred_from_on, ref
LIMIT :most
