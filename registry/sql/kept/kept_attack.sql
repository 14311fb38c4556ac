-- One wide row for each attack, with the place, the grade, the adopted numbers and whether it counts in totals, so that
-- a question on two million attacks reads one table. Long text stays in `attack` alone.
CREATE TABLE kept_attack (
    attack_id {key} NOT NULL PRIMARY KEY,
    standing_id {key} NOT NULL,
    ref TEXT NOT NULL,
    country TEXT NOT NULL,
    place_id {key} NOT NULL,
    area_id {key} NOT NULL,
    governorate_id {key},
    governorate_pcode TEXT,
    governorate TEXT,
    district_id {key},
    district_pcode TEXT,
    district TEXT,
    pcode TEXT,
    place TEXT,
    place_precision TEXT NOT NULL,
    occurred_from_on DATE,
    occurred_to_on DATE,
    occurred_precision TEXT NOT NULL,
    occurred_words TEXT,
    occurred_basis TEXT NOT NULL,
    week_on DATE,
    month TEXT NOT NULL,
    year INTEGER,
    time_of_day TIME,
    time_band TEXT,
    situation_id {key},
    parent_id {key},
    canonical_id {key},
    title TEXT,
    state TEXT NOT NULL,
    facilities_absence TEXT,
    means_absence TEXT,
    harm_absence TEXT,
    attribution_absence TEXT,
    is_released BOOLEAN NOT NULL,
    is_retracted BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    is_counted BOOLEAN NOT NULL,
    grade TEXT NOT NULL,
    attack_type TEXT,
    named_facilities INTEGER NOT NULL,
    unnamed_facilities INTEGER NOT NULL,
    killed_low INTEGER,
    killed_high INTEGER,
    injured_low INTEGER,
    injured_high INTEGER,
    claims INTEGER NOT NULL,
    origins INTEGER NOT NULL,
    is_perhaps_same BOOLEAN NOT NULL
)
--;
CREATE INDEX ix_kept_attack_standing_id ON kept_attack (standing_id)
--;
CREATE INDEX ix_kept_attack_place_id ON kept_attack (place_id, occurred_from_on)
--;
CREATE INDEX ix_kept_attack_governorate ON kept_attack (governorate_pcode, occurred_from_on)
--;
CREATE INDEX ix_kept_attack_district ON kept_attack (district_pcode, occurred_from_on)
--;
CREATE INDEX ix_kept_attack_country ON kept_attack (country, occurred_from_on)
--;
CREATE INDEX ix_kept_attack_occurred ON kept_attack (occurred_from_on)
--;
CREATE UNIQUE INDEX uq_kept_attack_ref ON kept_attack (ref)
--;
CREATE INDEX ix_kept_attack_parent_id ON kept_attack (parent_id) WHERE parent_id IS NOT NULL
--;
CREATE INDEX ix_kept_attack_situation_id ON kept_attack (situation_id) WHERE situation_id IS NOT NULL
--;
CREATE INDEX ix_kept_attack_canonical_id ON kept_attack (canonical_id) WHERE canonical_id IS NOT NULL
--;
-- What totals by month and area need, in their order, so that they are read from the index alone.
CREATE INDEX ix_kept_attack_totals ON kept_attack (
    country, month, area_id, governorate_pcode, is_counted, grade, killed_low, killed_high, injured_low, injured_high
)
--;
-- The figure in force on all killed and on all injured of an attack: the one adopted last, else the only one; none where
-- the rule could not compare several.
CREATE VIEW kept_attack_figure AS
SELECT g.attack_id, g.measure_code AS measure, g.low, g.high
FROM figure g
WHERE g.measure_code IN ('killed', 'injured') AND g.superseded_at IS NULL AND g.attack_id IS NOT NULL
AND COALESCE(g.population_code, 'all') = 'all' AND g.facility_type_code IS NULL AND g.unit IS NULL AND NOT g.is_rate
AND NOT EXISTS (
    SELECT 1 FROM figure o
    WHERE o.attack_id = g.attack_id AND o.measure_code = g.measure_code AND o.superseded_at IS NULL AND o.id <> g.id
    AND COALESCE(o.population_code, 'all') = 'all' AND o.facility_type_code IS NULL AND o.unit IS NULL AND NOT o.is_rate
    AND (g.decided_by IS NULL OR (o.decided_by IS NOT NULL AND o.id > g.id)))
--;
-- What an attack without a figure of its own adds to a total of the killed or injured: the sum over its strikes (a
-- double tap, those of records that were merged into it too), whose upper end is open where any strike's is. See
-- `ranges.event`. Figures are looked up one by one, and COALESCE hides a column's index, so that a planner without
-- statistics, too, begins with the strikes of the attack.
CREATE VIEW kept_attack_strikes AS
SELECT a.id AS attack_id, m.code AS measure,
    (SELECT sum(x.low) FROM (
        SELECT (SELECT f.low FROM kept_attack_figure f WHERE f.attack_id = s.id AND f.measure = m.code) AS low
        FROM attack s
        WHERE s.parent_id = a.id AND s.id <> a.id AND s.retracted_at IS NULL AND s.state <> 'withdrawn'
        AND COALESCE(s.canonical_id, s.id) = s.id
        UNION ALL
        SELECT (SELECT f.low FROM kept_attack_figure f WHERE f.attack_id = s.id AND f.measure = m.code) AS low
        FROM attack r JOIN attack s ON s.parent_id = r.id
        WHERE r.canonical_id = a.id AND s.id <> a.id AND s.retracted_at IS NULL AND s.state <> 'withdrawn'
        AND COALESCE(s.canonical_id, s.id) = s.id) x) AS low,
    (SELECT CASE WHEN count(*) = count(x.high) THEN sum(x.high) END FROM (
        SELECT (SELECT f.high FROM kept_attack_figure f WHERE f.attack_id = s.id AND f.measure = m.code) AS high
        FROM attack s
        WHERE s.parent_id = a.id AND s.id <> a.id AND s.retracted_at IS NULL AND s.state <> 'withdrawn'
        AND COALESCE(s.canonical_id, s.id) = s.id
        UNION ALL
        SELECT (SELECT f.high FROM kept_attack_figure f WHERE f.attack_id = s.id AND f.measure = m.code) AS high
        FROM attack r JOIN attack s ON s.parent_id = r.id
        WHERE r.canonical_id = a.id AND s.id <> a.id AND s.retracted_at IS NULL AND s.state <> 'withdrawn'
        AND COALESCE(s.canonical_id, s.id) = s.id) x) AS high
FROM attack a
JOIN measure m ON m.code IN ('killed', 'injured')
--;
CREATE VIEW kept_attack_now AS
SELECT
    a.id AS attack_id,
    COALESCE(a.canonical_id, a.id) AS standing_id,
    a.ref,
    a.country,
    p.standing_id AS place_id,
    COALESCE(p.governorate_id, p.standing_id) AS area_id,
    p.governorate_id,
    g.pcode AS governorate_pcode,
    g.name AS governorate,
    p.district_id,
    d.pcode AS district_pcode,
    d.name AS district,
    p.pcode,
    p.name AS place,
    a.place_precision_code AS place_precision,
    a.occurred_from_on,
    a.occurred_to_on,
    a.occurred_precision_code AS occurred_precision,
    a.occurred_words,
    a.occurred_basis,
    CASE WHEN {week:a.occurred_from_on} = {week:a.occurred_to_on} THEN {week:a.occurred_from_on} END AS week_on,
    CASE WHEN {month:a.occurred_from_on} = {month:a.occurred_to_on} THEN {month:a.occurred_from_on} ELSE 'unknown' END
        AS month,
    CASE WHEN {year:a.occurred_from_on} = {year:a.occurred_to_on} THEN {year:a.occurred_from_on} END AS year,
    a.time_of_day,
    a.time_band,
    a.situation_id,
    a.parent_id,
    a.canonical_id,
    a.title,
    a.state,
    a.facilities_absence,
    a.means_absence,
    a.harm_absence,
    a.attribution_absence,
    a.release_agreed_at IS NOT NULL AS is_released,
    a.retracted_at IS NOT NULL AS is_retracted,
    a.version,
    a.retracted_at IS NULL AND a.state <> 'withdrawn' AND a.canonical_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM attack x JOIN attack e ON e.id = COALESCE(x.canonical_id, x.id)
        WHERE x.id = a.parent_id AND e.id <> a.id AND e.retracted_at IS NULL AND e.state <> 'withdrawn'
    ) AS is_counted,
    COALESCE((SELECT s.grade_code
        FROM {records:attack; a.id} m
        JOIN assessment s ON s.attack_id = m.id JOIN grade r ON r.code = s.grade_code
        WHERE s.scheme = 'registry' AND s.superseded_at IS NULL
        ORDER BY r.rank DESC, s.id DESC LIMIT 1), 'unassessed') AS grade,
    (SELECT CASE WHEN count(DISTINCT t.attack_type_code) > 1 THEN 'several' ELSE min(t.attack_type_code) END
     FROM {records:attack; a.id} m
     JOIN attack_means t ON t.attack_id = m.id AND t.retracted_at IS NULL) AS attack_type,
    (SELECT count(DISTINCT f.id)
     FROM {records:attack; a.id} m
     JOIN attack_facility h ON h.attack_id = m.id AND h.retracted_at IS NULL
     JOIN facility x ON x.id = h.facility_id
     JOIN facility f ON f.id = COALESCE(x.canonical_id, x.id)
     WHERE NOT f.is_placeholder) AS named_facilities,
    (SELECT count(DISTINCT f.id)
     FROM {records:attack; a.id} m
     JOIN attack_facility h ON h.attack_id = m.id AND h.retracted_at IS NULL
     JOIN facility x ON x.id = h.facility_id
     JOIN facility f ON f.id = COALESCE(x.canonical_id, x.id)
     WHERE f.is_placeholder) AS unnamed_facilities,
    {number:killed; low} AS killed_low,
    {number:killed; high} AS killed_high,
    {number:injured; low} AS injured_low,
    {number:injured; high} AS injured_high,
    -- These are of all records of the attack, whichever of them is asked.
    (SELECT count(*)
     FROM {records:attack; COALESCE(a.canonical_id, a.id)} m
     JOIN claim c ON c.attack_id = m.id
     WHERE c.withdrawn_at IS NULL AND c.retracted_at IS NULL) AS claims,
    (SELECT count(DISTINCT o.source_id)
     FROM {records:attack; COALESCE(a.canonical_id, a.id)} m
     JOIN claim c ON c.attack_id = m.id JOIN origin o ON o.id = c.origin_id
     WHERE c.withdrawn_at IS NULL AND c.retracted_at IS NULL) AS origins,
    EXISTS (SELECT 1
        FROM {records:attack; COALESCE(a.canonical_id, a.id)} m
        JOIN judgement j ON j.left_id = m.id
        WHERE j.kind = 'attack' AND j.verdict = 'unsure' AND j.revoked_at IS NULL)
    OR EXISTS (SELECT 1
        FROM {records:attack; COALESCE(a.canonical_id, a.id)} m
        JOIN judgement j ON j.right_id = m.id
        WHERE j.kind = 'attack' AND j.verdict = 'unsure' AND j.revoked_at IS NULL) AS is_perhaps_same
FROM attack a
JOIN kept_place p ON p.place_id = a.place_id
LEFT JOIN kept_place g ON g.place_id = p.governorate_id
LEFT JOIN kept_place d ON d.place_id = p.district_id
-- Only strikes of an event that has some are added up: a look into a table takes SQLite the longer the more are open. No
-- more is joined here: PostgreSQL puts no more than eight tables in order, with those that ask for some attacks.
LEFT JOIN attack e ON e.id = a.id AND (
    EXISTS (SELECT 1 FROM attack s WHERE s.parent_id = a.id)
    OR EXISTS (SELECT 1 FROM attack r JOIN attack s ON s.parent_id = r.id WHERE r.canonical_id = a.id))
