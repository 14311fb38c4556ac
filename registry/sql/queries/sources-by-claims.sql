-- Who says most: claims that stand and reports that carry them, by speaker.
-- :most integer = 20 -- how many speakers
SELECT speaker, count(*) AS claims, count(DISTINCT report_id) AS reports
FROM v_claim
WHERE withdrawn_at IS NULL
GROUP BY speaker_id, speaker
ORDER BY claims DESC, speaker
LIMIT :most
