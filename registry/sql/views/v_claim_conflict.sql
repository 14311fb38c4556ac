-- Pairs of standing claims that give different numbers for the same subject, measure and population.
CREATE VIEW v_claim_conflict AS
SELECT
    p.subject,      -- attack, facility, situation
    p.about_id,     -- key of the subject, the canonical one of merged records
    p.about,        -- its ref
    a.measure_code AS measure,  -- what is counted
    a.population_code AS population,    -- whom
    a.facility_type_code AS facility_type,      -- which facilities
    a.id AS claim_id,           -- key of the claim that was entered first
    a.ref AS claim, -- its ref
    (SELECT s.name FROM v_source s WHERE s.id = a.speaker_id) AS speaker,       -- who says it (restricted)
    a.operator,     -- exactly, at_least, more_than…; empty: the speaker says that there were none
    a.low,          -- lower bound as said
    a.high,         -- upper bound as said
    a.words,        -- as printed (restricted)
    b.id AS other_id,           -- key of the other claim
    b.ref AS other, -- its ref
    (SELECT s.name FROM v_source s WHERE s.id = b.speaker_id) AS other_speaker, -- who says that (restricted)
    b.operator AS other_operator,       -- exactly, at_least, more_than…; empty: the speaker says that there were none
    b.low AS other_low,         -- lower bound as said
    b.high AS other_high,       -- upper bound as said
    b.words AS other_words,     -- as printed (restricted)
    a.origin_id = b.origin_id AS is_same_origin,        -- both go back to one utterance: they cannot corroborate one another
    COALESCE((SELECT i.verdict FROM origin_independence i
              WHERE i.revoked_at IS NULL AND ((i.left_id = a.origin_id AND i.right_id = b.origin_id)
              OR (i.left_id = b.origin_id AND i.right_id = a.origin_id))), 'unknown') AS independent,   -- yes, no or unknown: whether their origins know it independently
    a.period_from_on IS NOT DISTINCT FROM b.period_from_on AND a.period_to_on IS NOT DISTINCT FROM b.period_to_on
        AND a.accumulation = b.accumulation AND COALESCE(a.place_words, '') = COALESCE(b.place_words, '')
        AND COALESCE(a.definition_note, '') = COALESCE(b.definition_note, '')
        AND NOT EXISTS (SELECT 1 FROM claim_place x WHERE x.claim_id = a.id AND NOT EXISTS (
            SELECT 1 FROM claim_place y WHERE y.claim_id = b.id AND y.place_id = x.place_id AND y.part = x.part))
        AND NOT EXISTS (SELECT 1 FROM claim_place x WHERE x.claim_id = b.id AND NOT EXISTS (
            SELECT 1 FROM claim_place y WHERE y.claim_id = a.id AND y.place_id = x.place_id AND y.part = x.part))
        AS is_same_scope,       -- same period, places, definition and way of counting, as given
    EXISTS (SELECT 1 FROM figure_claim x JOIN figure_claim y ON y.figure_id = x.figure_id
            JOIN figure g ON g.id = x.figure_id
            WHERE x.claim_id = a.id AND y.claim_id = b.id AND g.superseded_at IS NULL
    ) AS is_compared            -- one of our figures rests on both: the rule or a person found them comparable
FROM (
    SELECT 'attack' AS subject, s.id AS about_id, s.ref AS about, x.id AS claim_id, y.id AS other_id
    FROM attack s CROSS JOIN kept_attack m CROSS JOIN claim x CROSS JOIN kept_attack n CROSS JOIN claim y
    WHERE m.standing_id = s.id AND x.attack_id = m.attack_id AND n.standing_id = s.id
    AND y.attack_id = n.attack_id AND y.measure_code = x.measure_code AND y.id > x.id AND s.retracted_at IS NULL
    UNION ALL
    SELECT 'facility', s.id, s.ref, x.id, y.id
    FROM facility s CROSS JOIN kept_facility m CROSS JOIN claim x CROSS JOIN kept_facility n CROSS JOIN claim y
    WHERE m.standing_id = s.id AND x.facility_id = m.facility_id AND n.standing_id = s.id
    AND y.facility_id = n.facility_id AND y.measure_code = x.measure_code AND y.id > x.id AND s.retracted_at IS NULL
    UNION ALL
    SELECT 'situation', s.id, s.ref, x.id, y.id
    FROM situation s CROSS JOIN claim x CROSS JOIN claim y
    WHERE x.situation_id = s.id AND y.situation_id = s.id AND y.measure_code = x.measure_code AND y.id > x.id
    AND x.situation_id IS NOT NULL AND y.situation_id IS NOT NULL
) p
CROSS JOIN claim a  -- SQLite keeps this order: it begins with the pairs of the subject
CROSS JOIN claim b
WHERE a.id = p.claim_id AND b.id = p.other_id AND a.kind = 'quantity' AND b.kind = 'quantity' AND a.withdrawn_at IS NULL AND b.withdrawn_at IS NULL
AND a.retracted_at IS NULL AND b.retracted_at IS NULL
AND COALESCE(a.population_code, '') = COALESCE(b.population_code, '')
AND COALESCE(a.facility_type_code, '') = COALESCE(b.facility_type_code, '')
AND COALESCE(a.unit, '') = COALESCE(b.unit, '') AND a.is_rate = b.is_rate
-- A number, or the word that there were none; who says that it is not known contradicts nobody.
AND (a.operator <> 'unstated' OR a.absence = 'reported_none') AND (b.operator <> 'unstated' OR b.absence = 'reported_none')
AND (a.operator IS DISTINCT FROM b.operator OR a.low IS DISTINCT FROM b.low OR a.high IS DISTINCT FROM b.high)
AND NOT EXISTS (SELECT 1 FROM claim_link l JOIN claim z ON z.id = l.claim_id
                WHERE l.other_id IN (a.id, b.id) AND l.kind IN ('corrects', 'rescopes', 'withdraws')
                AND COALESCE(z.withdrawn_as, '') <> 'our_error' AND z.retracted_at IS NULL)
