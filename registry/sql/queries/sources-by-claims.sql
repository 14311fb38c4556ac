-- Who says most: claims that stand and reports that carry them, by speaker.
-- :most integer = 20 -- how many speakers
SELECT s.name AS speaker, t.claims, t.reports
FROM (
    SELECT speaker_id, CAST(sum(claims) AS BIGINT) AS claims, count(*) AS reports
    FROM (
        SELECT speaker_id, report_id, count(*) AS claims
        FROM v_claim
        WHERE withdrawn_at IS NULL
        GROUP BY speaker_id, report_id
    ) said
    GROUP BY speaker_id
) t
LEFT JOIN v_source s ON s.id = t.speaker_id
ORDER BY t.claims DESC, s.name
LIMIT :most
