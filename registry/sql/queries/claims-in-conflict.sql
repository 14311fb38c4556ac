-- Who contradicts whom about one attack or situation: pairs of claims, and whether they can be compared at all.
-- :about text = N-0000-0000-0000-0 -- ref of the attack, facility or situation
SELECT measure, speaker, operator, low, high, other_speaker, other_operator, other_low, other_high, is_same_scope,
    is_same_origin, independent, is_compared
FROM v_claim_conflict
WHERE about = :about
ORDER BY measure, speaker, other_speaker, claim, other
