-- The figures in force about one attack, facility or situation, with the operators that a reader has to be told.
-- :about text = N-0000-0000-0000-0 -- ref of the attack, facility or situation
SELECT measure, population, low, low_operator, greatest_low, greatest_low_operator, high, high_operator, origins, rule
FROM v_figure
WHERE (attack = :about OR facility = :about OR situation = :about) AND is_in_force
ORDER BY measure, population IS NULL DESC, population
