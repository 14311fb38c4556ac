-- What was said in public about areas, with the number as it was said.
-- These are claims, not our figures: do not add them up. An empty high: no upper limit was stated.
-- :measure text = killed -- what was counted, such as killed, injured, displaced or facilities_hit
SELECT area, period_from_on, period_to_on, speaker, publisher, operator, low, high, words, url
FROM v_claim
WHERE measure = :measure
ORDER BY period_from_on IS NULL, period_from_on, area, speaker, low
