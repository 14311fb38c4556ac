-- The latest attacks, by the first day on which each may have been.
-- :most integer = 50 -- how many
SELECT ref, occurred_from_on, occurred_to_on, governorate, district, place, attack_type, grade, killed_low, killed_high
FROM v_attack
WHERE occurred_from_on IS NOT NULL AND state <> 'withdrawn' AND canonical_id IS NULL
ORDER BY occurred_from_on DESC, ref
LIMIT :most
