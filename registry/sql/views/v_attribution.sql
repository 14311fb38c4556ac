-- Who accuses whom: one row for each actor that a speaker names.
CREATE VIEW v_attribution AS
SELECT
    t.id,           -- key
    t.attack_id,    -- key of the attack
    t.situation_id, -- key of the situation
    COALESCE((SELECT a.ref FROM attack a WHERE a.id = t.attack_id), (SELECT n.ref FROM situation n WHERE n.id = t.situation_id))
        AS about,   -- ref of the attack or situation
    t.speaker_id,   -- key of the speaker
    s.name AS speaker,          -- who says it
    s.is_party AS speaker_is_party,     -- the speaker belongs to a party to the conflict
    t.stance,       -- accuses, claims, denies, one_of
    x.actor_id,     -- key of the actor
    b.name AS actor,            -- of whom
    t.attack_type_code AS attack_type,  -- of what
    t.hedge,        -- how far the speaker stands behind it
    t.words,        -- as printed
    t.report_id,    -- key of the report
    r.ref AS report,            -- ref of the report
    r.publisher     -- who published the report
FROM attribution t
JOIN attribution_actor x ON x.attribution_id = t.id
JOIN v_actor b ON b.id = x.actor_id
JOIN v_source s ON s.id = t.speaker_id
JOIN v_report r ON r.id = t.report_id
WHERE t.retracted_at IS NULL
