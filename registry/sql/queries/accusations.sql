-- Who is accused of attacks, by whom, how often; an accusation is a claim, not our finding.
-- :stance text = accuses -- accuses, claims, denies or one_of
SELECT a.name AS actor, s.name AS speaker, s.is_party AS speaker_is_party, t.subjects
FROM (
    SELECT actor_id, speaker_id, count(DISTINCT COALESCE(attack_id, situation_id)) AS subjects
    FROM v_attribution
    WHERE stance = :stance
    GROUP BY actor_id, speaker_id
) t
LEFT JOIN v_actor a ON a.id = t.actor_id
LEFT JOIN v_source s ON s.id = t.speaker_id
ORDER BY a.name, s.name
