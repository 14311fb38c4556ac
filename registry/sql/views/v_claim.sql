-- Claims: who says what, through whom, in which report.
CREATE VIEW v_claim AS
SELECT
    c.id,           -- key
    c.ref,          -- ref for people
    c.kind,         -- quantity, occurrence, means, status, use, conduct
    COALESCE(a.ref, f.ref, n.ref) AS about,     -- ref of the attack, facility or situation
    a.ref AS attack,            -- ref of the attack it is about
    f.ref AS facility,          -- ref of the facility it is about (restricted)
    n.ref AS situation,         -- ref of the situation it is about
    c.attack_id,    -- key of the attack it is about
    c.facility_id,  -- key of the facility it is about
    c.situation_id, -- key of the situation it is about
    c.country,      -- ISO 3166-1 alpha-3
    c.speaker_id,   -- key of the speaker
    s.name AS speaker,          -- who says it
    s.organisation, -- for whom
    s.is_party AS speaker_is_party,     -- the speaker belongs to a party to the conflict
    s.is_anonymous AS speaker_is_anonymous,     -- the report does not name the speaker
    c.relay,        -- named, none, not_stated
    c.relay_id,     -- key of who relayed it
    (SELECT x.name FROM v_source x WHERE x.id = c.relay_id) AS via,  -- who relayed it
    c.report_id,    -- key of the report
    r.ref AS report,            -- ref of the report
    r.publisher,    -- who published the report
    c.origin_id,    -- key of the origin
    (SELECT x.name FROM origin o JOIN v_source x ON x.id = o.source_id WHERE o.id = c.origin_id) AS origin,     -- whose utterance it goes back to
    c.measure_code AS measure,  -- what is counted
    c.population_code AS population,    -- whom
    c.facility_type_code AS facility_type,      -- which facilities
    c.operator,     -- exactly, at_least, more_than…
    c.low,          -- lower bound as said
    c.high,         -- upper bound as said
    c.absence,      -- why there is no number
    c.words,        -- as printed
    c.words_language,           -- language of the words
    c.unit,         -- unit, where it is not the measure's
    c.is_rate,      -- a rate or flow: enters no total
    c.period_from_on,           -- first day of its period
    c.period_to_on, -- last day
    c.period_precision_code AS period_precision,        -- how precisely
    c.period_basis, -- printed, inferred, not_stated
    c.period_words, -- the period as given
    c.accumulation, -- since_start, increment, as_at, not_stated
    c.place_words,  -- the place as given
    c.attack_type_code AS attack_type,  -- means: what was done
    c.launch_code AS launch,    -- means: from what
    c.munition_code AS munition,        -- means: what struck
    c.damage_code AS damage,    -- status: how damaged
    c.functionality_code AS functionality,      -- status: how it works
    c.facility_use, -- use
    c.conduct,      -- conduct
    c.hedge,        -- how far the speaker stands behind it
    c.is_imputed,   -- the number was put in by the list, not said
    c.definition_note,          -- what the speaker counts
    c.locator,      -- where in the report
    c.note,         -- remark
    c.withdrawn_at, -- when it was withdrawn
    c.withdrawn_as, -- by_speaker or our_error
    c.release_agreed_at IS NOT NULL AS is_released,  -- its release to the public was agreed
    c.version       -- rises with every change
FROM claim c
JOIN v_source s ON s.id = c.speaker_id
JOIN v_report r ON r.id = c.report_id
LEFT JOIN attack a ON a.id = c.attack_id
LEFT JOIN facility f ON f.id = c.facility_id
LEFT JOIN situation n ON n.id = c.situation_id
WHERE c.retracted_at IS NULL
