-- Who says most: claims that stand and reports that carry them, by speaker.
-- :most integer = 20 -- how many speakers
SELECT
    t.speaker,
    t.claims,
    -- Of these alone: to put all claims in order by speaker and report takes more memory than a question is given.
    (SELECT count(DISTINCT c.report_id) FROM v_claim c WHERE c.speaker_id = t.speaker_id AND c.withdrawn_at IS NULL)
        AS reports
FROM (
    SELECT n.speaker_id, s.name AS speaker, n.claims
    FROM (SELECT speaker_id, count(*) AS claims FROM v_claim WHERE withdrawn_at IS NULL GROUP BY speaker_id) n
    JOIN v_source s ON s.id = n.speaker_id
    ORDER BY n.claims DESC, s.name
    LIMIT :most
) t
ORDER BY t.claims DESC, t.speaker
