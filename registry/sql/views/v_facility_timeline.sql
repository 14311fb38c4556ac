-- What happened to each facility: one row for each attack, recorded status, opening and closing. Order by from_on, to_on.
CREATE VIEW v_facility_timeline AS
SELECT
    t.facility_id,  -- key of the facility, the canonical one of merged records
    t.facility,          -- its ref (restricted)
    t.event,        -- attack, status, opened, closed
    t.from_on,      -- first day it may have been
    t.to_on,        -- last day
    t.words,        -- the date as given (restricted)
    t.attack_id,    -- key of the attack, the canonical one of merged records; of a status, of the attack that led to it
    t.attack,       -- its ref
    t.grade,        -- our grade of the attack
    t.effect,       -- what the attack did to it
    t.damage,       -- how damaged
    t.functionality,            -- how it worked then, or after the attack (restricted)
    t.accessibility,            -- how it could be reached (restricted)
    t.is_reopening, -- it opened again (restricted)
    t.report_id     -- key of the report of a status
FROM (
    SELECT f.id AS facility_id, f.ref AS facility, 'status' AS event, s.observed_from_on AS from_on,
        s.observed_to_on AS to_on, s.observed_words AS words, s.attack_id, a.ref AS attack, a.grade, NULL AS effect,
        s.damage_code AS damage, s.functionality_code AS functionality, s.accessibility_code AS accessibility,
        s.is_reopening, s.report_id
    FROM facility f
    JOIN kept_facility m ON m.standing_id = f.id
    JOIN facility_status s ON s.facility_id = m.facility_id AND s.retracted_at IS NULL
    LEFT JOIN kept_attack a ON a.attack_id = s.attack_id
    WHERE f.retracted_at IS NULL
    UNION ALL
    SELECT f.id, f.ref, 'attack', a.occurred_from_on, a.occurred_to_on,
        (SELECT w.occurred_words FROM attack w WHERE w.id = a.attack_id), a.attack_id, a.ref, a.grade, h.effect_code,
        h.damage_code, h.functionality_code, NULL, FALSE, NULL
    FROM facility f
    JOIN kept_facility m ON m.standing_id = f.id
    JOIN attack_facility h ON h.facility_id = m.facility_id AND h.retracted_at IS NULL
    JOIN kept_attack r ON r.attack_id = h.attack_id AND NOT r.is_retracted
    JOIN kept_attack a ON a.attack_id = r.standing_id AND a.state <> 'withdrawn'
    WHERE f.retracted_at IS NULL AND NOT EXISTS (  -- two records of one attack tell of the same facility
        SELECT 1 FROM kept_attack q JOIN attack_facility o ON o.attack_id = q.attack_id AND o.retracted_at IS NULL
        JOIN kept_facility n ON n.facility_id = o.facility_id
        WHERE q.standing_id = r.standing_id AND n.standing_id = f.id AND o.id < h.id)
    UNION ALL
    SELECT o.id, o.ref, 'opened', o.opened_on, o.opened_on, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, FALSE, NULL
    FROM facility o
    WHERE o.opened_on IS NOT NULL AND o.canonical_id IS NULL AND o.retracted_at IS NULL
    UNION ALL
    SELECT o.id, o.ref, 'closed', o.closed_on, o.closed_on, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, FALSE, NULL
    FROM facility o
    WHERE o.closed_on IS NOT NULL AND o.canonical_id IS NULL AND o.retracted_at IS NULL
) t
