-- Attacks per hundred existing facilities, by governorate, year and facility type; only where there were attacks.
CREATE VIEW v_census_rate AS
SELECT
    t.country,      -- ISO 3166-1 alpha-3
    t.governorate_id,           -- key of the governorate of the attacks
    t.governorate_pcode,        -- its P-code
    (SELECT p.name FROM kept_place p WHERE p.place_id = t.governorate_id) AS governorate,       -- its name
    t.year,         -- year of the attacks
    t.type,         -- code of facility_type; facilities of the types below it are counted too
    t.attacks,      -- distinct attacks that hit at least one, a double tap once
    t.facilities_hit,           -- distinct named facilities hit
    c.count AS existing,        -- how many exist, by the newest count up to the end of the year; empty: nobody counted
    c.as_of_on AS existing_as_of_on,    -- when they were counted
    CAST(CASE WHEN c.count > 0 THEN 100.0 * t.attacks / c.count END AS DOUBLE PRECISION) AS attacks_per_hundred   -- attacks for each hundred that exist; empty: nobody counted, or none exist
FROM (
    SELECT k.country, k.governorate_id, k.governorate_pcode, k.year, u.above AS type,
        count(DISTINCT COALESCE(e.standing_id, k.attack_id)) AS attacks,
        count(DISTINCT CASE WHEN NOT f.is_placeholder THEN f.id END) AS facilities_hit
    FROM kept_attack k
    JOIN kept_attack m ON m.standing_id = k.attack_id AND NOT m.is_retracted
    JOIN attack_facility h ON h.attack_id = m.attack_id AND h.retracted_at IS NULL
    JOIN kept_facility r ON r.facility_id = h.facility_id
    JOIN facility f ON f.id = r.standing_id
    JOIN (
        WITH RECURSIVE up(code, above) AS (
            SELECT x.code, CAST(x.code AS TEXT) FROM facility_type x
            UNION SELECT p.code, CAST(x.parent AS TEXT) FROM up p JOIN facility_type x ON x.code = p.above WHERE x.parent IS NOT NULL
        )
        SELECT up.code, up.above FROM up
    ) u ON u.code = f.type_code
    LEFT JOIN kept_attack e ON e.attack_id = k.parent_id
    WHERE k.governorate_id IS NOT NULL AND k.year IS NOT NULL AND k.state <> 'withdrawn' AND NOT k.is_retracted
    GROUP BY k.country, k.governorate_id, k.governorate_pcode, k.year, u.above
) t
LEFT JOIN facility_census c ON c.id = (
    SELECT x.id FROM facility_census x JOIN kept_place p ON p.place_id = x.place_id
    WHERE p.standing_id = t.governorate_id AND x.type_code = t.type
    AND CAST(x.as_of_on AS TEXT) <= CAST(t.year AS TEXT) || '-12-31'
    ORDER BY x.as_of_on DESC, x.id DESC LIMIT 1)
