-- Who is accused of attacks, by whom, how often; an accusation is a claim, not our finding.
-- :stance text = accuses -- accuses, claims, denies or one_of
SELECT actor, speaker, speaker_is_party, count(DISTINCT COALESCE(attack_id, situation_id)) AS subjects
FROM v_attribution
WHERE stance = :stance
GROUP BY actor_id, actor, speaker_id, speaker, speaker_is_party
ORDER BY actor, speaker
