-- What is said of one attack: speaker, measure, number with its operator, words as printed.
-- Claims about records that were merged into it are among them.
-- :attack text = A-0000-0000-0000-0 -- ref of the attack
SELECT speaker, via, publisher, measure, population, operator, low, high, absence, words
FROM v_claim
WHERE withdrawn_at IS NULL AND attack_id IN (
    SELECT a.id FROM v_attack a WHERE a.ref = :attack
    UNION ALL SELECT m.id FROM v_attack a JOIN v_attack m ON m.canonical_id = a.id WHERE a.ref = :attack)
ORDER BY measure IS NULL, measure, speaker, ref
