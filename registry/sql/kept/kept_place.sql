-- In which governorate and district each place lies, so that nothing climbs the hierarchy for every attack. A merged
-- place has what its canonical one has.
CREATE TABLE kept_place (
    place_id {key} NOT NULL PRIMARY KEY,
    standing_id {key} NOT NULL,
    level TEXT NOT NULL,
    pcode TEXT,
    name TEXT,
    governorate_id {key},
    district_id {key}
)
--;
CREATE INDEX ix_kept_place_standing_id ON kept_place (standing_id)
--;
CREATE INDEX ix_kept_place_governorate_id ON kept_place (governorate_id)
--;
CREATE INDEX ix_kept_place_district_id ON kept_place (district_id)
--;
CREATE INDEX ix_kept_place_pcode ON kept_place (pcode)
--;
CREATE VIEW kept_place_now AS
SELECT
    p.id AS place_id,
    s.id AS standing_id,
    s.level,
    s.pcode,
    (SELECT n.name FROM place_name n WHERE n.retracted_at IS NULL AND n.place_id = s.id
     ORDER BY CASE n.kind WHEN 'official' THEN 0 ELSE 1 END, CASE n.script WHEN 'Latn' THEN 0 ELSE 1 END, n.id
     LIMIT 1) AS name,
    CASE WHEN s.level = 'governorate' THEN s.id ELSE u.governorate_id END AS governorate_id,
    CASE WHEN s.level = 'district' THEN s.id ELSE u.district_id END AS district_id
FROM place p
JOIN place s ON s.id = COALESCE(p.canonical_id, p.id)
LEFT JOIN kept_place u ON u.place_id = s.parent_id
