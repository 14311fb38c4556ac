-- One wide row for each facility, with its names, where it stands and what happened to it so far, so that a box on the
-- map reads one table and nothing counts attacks again. Of where it stands and what happened, a merged record has nothing
-- of its own: all of it is its canonical one's. Free text stays in `facility` alone.
CREATE TABLE kept_facility (
    facility_id {key} NOT NULL PRIMARY KEY,
    standing_id {key} NOT NULL,
    ref TEXT NOT NULL,
    name TEXT,
    name_ar TEXT,
    type TEXT NOT NULL,
    country TEXT NOT NULL,
    governorate_pcode TEXT,
    governorate TEXT,
    district_pcode TEXT,
    district TEXT,
    place_id {key} NOT NULL,
    place TEXT,
    is_placeholder BOOLEAN NOT NULL,
    is_mobile BOOLEAN NOT NULL,
    operator_kind TEXT,
    canonical_id {key},
    opened_on DATE,
    closed_on DATE,
    is_retracted BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    lat DOUBLE PRECISION,
    lon DOUBLE PRECISION,
    times_hit INTEGER NOT NULL,
    first_hit_on DATE,
    last_hit_on DATE,
    last_functionality TEXT,
    last_functionality_on DATE
)
--;
CREATE INDEX ix_kept_facility_standing_id ON kept_facility (standing_id)
--;
CREATE UNIQUE INDEX uq_kept_facility_ref ON kept_facility (ref)
--;
CREATE INDEX ix_kept_facility_place_id ON kept_facility (place_id)
--;
CREATE INDEX ix_kept_facility_governorate ON kept_facility (governorate_pcode, district_pcode)
--;
CREATE INDEX ix_kept_facility_position ON kept_facility (lat, lon) WHERE lat IS NOT NULL
--;
CREATE INDEX ix_kept_facility_hit ON kept_facility (times_hit)
--;
CREATE INDEX ix_kept_facility_canonical_id ON kept_facility (canonical_id) WHERE canonical_id IS NOT NULL
--;
-- The attacks that hit a record of a facility, with the event that each counts as: of a strike its parent.
CREATE VIEW kept_facility_hit AS
SELECT h.facility_id, COALESCE(p.canonical_id, p.id) AS event_id, a.occurred_from_on,
    a.occurred_to_on
FROM attack_facility h
JOIN attack r ON r.id = h.attack_id AND r.state <> 'withdrawn'
JOIN attack a ON a.id = COALESCE(r.canonical_id, r.id) AND a.state <> 'withdrawn'
JOIN attack p ON p.id = COALESCE(a.parent_id, a.id)
WHERE h.retracted_at IS NULL
--;
CREATE VIEW kept_facility_now AS
SELECT
    f.id AS facility_id,
    COALESCE(f.canonical_id, f.id) AS standing_id,
    f.ref,
    (SELECT n.name FROM facility_name n WHERE n.retracted_at IS NULL AND n.facility_id = f.id
     ORDER BY CASE n.kind WHEN 'official' THEN 0 ELSE 1 END, CASE n.script WHEN 'Latn' THEN 0 ELSE 1 END, n.id
     LIMIT 1) AS name,
    (SELECT n.name FROM facility_name n WHERE n.retracted_at IS NULL AND n.facility_id = f.id AND n.script = 'Arab'
     ORDER BY n.id LIMIT 1) AS name_ar,
    f.type_code AS type,
    f.country,
    g.pcode AS governorate_pcode,
    g.name AS governorate,
    d.pcode AS district_pcode,
    d.name AS district,
    x.standing_id AS place_id,
    x.name AS place,
    f.is_placeholder,
    f.is_mobile,
    f.operator_kind,
    f.canonical_id,
    f.opened_on,
    f.closed_on,
    f.retracted_at IS NOT NULL AS is_retracted,
    f.version,
    (SELECT p.lat
     FROM {records:facility; f.id} m
     JOIN facility_position p ON p.facility_id = m.id AND p.retracted_at IS NULL
     WHERE f.canonical_id IS NULL
     ORDER BY p.valid_from_on IS NULL, p.valid_from_on DESC, p.id DESC LIMIT 1) AS lat,
    (SELECT p.lon
     FROM {records:facility; f.id} m
     JOIN facility_position p ON p.facility_id = m.id AND p.retracted_at IS NULL
     WHERE f.canonical_id IS NULL
     ORDER BY p.valid_from_on IS NULL, p.valid_from_on DESC, p.id DESC LIMIT 1) AS lon,
    (SELECT count(DISTINCT v.event_id)
     FROM {records:facility; f.id} m
     JOIN kept_facility_hit v ON v.facility_id = m.id
     WHERE f.canonical_id IS NULL) AS times_hit,
    (SELECT min(v.occurred_from_on)
     FROM {records:facility; f.id} m
     JOIN kept_facility_hit v ON v.facility_id = m.id
     WHERE f.canonical_id IS NULL) AS first_hit_on,
    (SELECT max(v.occurred_to_on)
     FROM {records:facility; f.id} m
     JOIN kept_facility_hit v ON v.facility_id = m.id
     WHERE f.canonical_id IS NULL) AS last_hit_on,
    (SELECT v.functionality FROM (
        SELECT x.functionality_code AS functionality, COALESCE(x.observed_to_on, x.observed_from_on) AS seen_on, x.id
        FROM {records:facility; f.id} m
        JOIN facility_status x ON x.facility_id = m.id AND x.retracted_at IS NULL
        WHERE x.functionality_code IS NOT NULL
        UNION ALL
        SELECT h.functionality_code, COALESCE(a.occurred_to_on, a.occurred_from_on), h.id
        FROM {records:facility; f.id} m
        JOIN attack_facility h ON h.facility_id = m.id AND h.retracted_at IS NULL
        JOIN attack a ON a.id = h.attack_id AND a.state <> 'withdrawn'
        WHERE h.functionality_code IS NOT NULL
     ) v WHERE f.canonical_id IS NULL
     ORDER BY v.seen_on IS NULL, v.seen_on DESC, v.id DESC LIMIT 1) AS last_functionality,
    (SELECT v.seen_on FROM (
        SELECT x.functionality_code AS functionality, COALESCE(x.observed_to_on, x.observed_from_on) AS seen_on, x.id
        FROM {records:facility; f.id} m
        JOIN facility_status x ON x.facility_id = m.id AND x.retracted_at IS NULL
        WHERE x.functionality_code IS NOT NULL
        UNION ALL
        SELECT h.functionality_code, COALESCE(a.occurred_to_on, a.occurred_from_on), h.id
        FROM {records:facility; f.id} m
        JOIN attack_facility h ON h.facility_id = m.id AND h.retracted_at IS NULL
        JOIN attack a ON a.id = h.attack_id AND a.state <> 'withdrawn'
        WHERE h.functionality_code IS NOT NULL
     ) v WHERE f.canonical_id IS NULL
     ORDER BY v.seen_on IS NULL, v.seen_on DESC, v.id DESC LIMIT 1) AS last_functionality_on
FROM facility f
JOIN kept_place x ON x.place_id = f.place_id
LEFT JOIN kept_place g ON g.place_id = x.governorate_id
LEFT JOIN kept_place d ON d.place_id = x.district_id
