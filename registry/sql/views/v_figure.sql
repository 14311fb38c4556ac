-- Our figures in force: low-high for a subject and a measure.
CREATE VIEW v_figure AS
SELECT
    g.id,           -- key
    g.ref,          -- ref for people
    COALESCE(a.ref, f.ref, n.ref) AS about,     -- ref of the attack, facility or situation
    a.ref AS attack,            -- ref of the attack
    f.ref AS facility,          -- ref of the facility (restricted)
    n.ref AS situation,         -- ref of the situation
    g.attack_id,    -- key of the attack
    g.facility_id,  -- key of the facility
    g.situation_id, -- key of the situation
    g.country,      -- ISO 3166-1 alpha-3
    g.measure_code AS measure,  -- what is counted
    g.population_code AS population,    -- whom
    g.facility_type_code AS facility_type,      -- which facilities
    g.low,          -- the least low
    g.low_operator, -- its operator
    g.greatest_low, -- the greatest low
    g.greatest_low_operator,    -- its operator
    g.high,         -- the upper limit; empty: no upper limit is stated
    g.high_operator,            -- its operator
    g.origins,      -- from how many origins
    EXISTS (SELECT 1 FROM figure_claim x JOIN claim c ON c.id = x.claim_id
            WHERE x.figure_id = g.id AND c.is_imputed) AS is_imputed,   -- a number was put in by a list, not said
    NOT EXISTS (
        SELECT 1 FROM figure o WHERE o.attack_id = g.attack_id AND o.superseded_at IS NULL AND o.id <> g.id AND o.measure_code = g.measure_code
        AND COALESCE(o.population_code, '') = COALESCE(g.population_code, '')
        AND COALESCE(o.facility_type_code, '') = COALESCE(g.facility_type_code, '')
        AND COALESCE(o.unit, '') = COALESCE(g.unit, '') AND o.is_rate = g.is_rate
        AND (g.decided_by IS NULL OR (o.decided_by IS NOT NULL AND o.id > g.id))
    ) AND NOT EXISTS (
        SELECT 1 FROM figure o WHERE o.facility_id = g.facility_id AND o.superseded_at IS NULL AND o.id <> g.id AND o.measure_code = g.measure_code
        AND COALESCE(o.population_code, '') = COALESCE(g.population_code, '')
        AND COALESCE(o.facility_type_code, '') = COALESCE(g.facility_type_code, '')
        AND COALESCE(o.unit, '') = COALESCE(g.unit, '') AND o.is_rate = g.is_rate
        AND (g.decided_by IS NULL OR (o.decided_by IS NOT NULL AND o.id > g.id))
    ) AND NOT EXISTS (
        SELECT 1 FROM figure o WHERE o.situation_id = g.situation_id AND o.superseded_at IS NULL AND o.id <> g.id AND o.measure_code = g.measure_code
        AND COALESCE(o.population_code, '') = COALESCE(g.population_code, '')
        AND COALESCE(o.facility_type_code, '') = COALESCE(g.facility_type_code, '')
        AND COALESCE(o.unit, '') = COALESCE(g.unit, '') AND o.is_rate = g.is_rate
        AND (g.decided_by IS NULL OR (o.decided_by IS NOT NULL AND o.id > g.id))
    ) AS is_in_force,           -- the one to use on its matter: adopted last, else the only one; several that the rule could not compare are none
    g.rule,         -- range, named_only, preferred_source, adopted
    g.decided_by,   -- who adopted it; empty: made by rule
    g.reason,       -- why
    g.decided_at,   -- when
    g.period_from_on,           -- first day of its period
    g.period_to_on, -- last day
    g.scope,        -- place, definition and way of counting
    g.unit,         -- unit, where it is not the measure's
    g.is_rate,      -- a rate or flow: enters no total
    g.version       -- rises with every change
FROM figure g
LEFT JOIN attack a ON a.id = g.attack_id
LEFT JOIN facility f ON f.id = g.facility_id
LEFT JOIN situation n ON n.id = g.situation_id
WHERE g.superseded_at IS NULL
