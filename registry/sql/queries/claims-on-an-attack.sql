-- What is said of one attack: speaker, measure, number with its operator, words as printed.
-- :attack text = A-0000-0000-0000-0 -- ref of the attack
SELECT speaker, via, publisher, measure, population, operator, low, high, absence, words
FROM v_claim
WHERE about = :attack AND withdrawn_at IS NULL
ORDER BY measure, speaker, ref
