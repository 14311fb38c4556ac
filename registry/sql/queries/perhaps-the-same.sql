-- Attacks of a governorate of which somebody is unsure whether they are another one on record.
-- :area text = SY07 -- P-code of the governorate
SELECT ref, occurred_from_on, place, attack_type, killed_low
FROM v_attack
WHERE governorate_pcode = :area AND is_counted AND is_perhaps_same
ORDER BY occurred_from_on IS NULL, occurred_from_on, ref
