-- The figures in force about one attack, facility or situation, with the operators that a reader has to be told.
-- :about text = N-0000-0000-0000-0 -- ref of the attack, facility or situation
SELECT measure, population, low, low_operator, greatest_low, greatest_low_operator, high, high_operator, origins, rule
FROM v_figure
WHERE is_in_force AND (
    attack_id = (SELECT a.id FROM v_attack a WHERE a.ref = :about)
    OR facility_id = (SELECT f.id FROM v_facility f WHERE f.ref = :about)
    OR situation_id = (SELECT n.id FROM v_situation n WHERE n.ref = :about))
ORDER BY measure, population IS NULL DESC, population
