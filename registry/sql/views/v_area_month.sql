-- Attacks by governorate and month, with totals: distinct attacks are added, a double tap once; of attacks that may be one and the same, the least number.
CREATE VIEW v_area_month AS
SELECT
    t.country,      -- ISO 3166-1 alpha-3
    t.month,        -- month, as 2019-05; `unknown`: attacks not known to lie in one month
    t.area_id,      -- key of the governorate; of attacks that are known no closer, of the wider place
    t.governorate_pcode,        -- P-code of the governorate; empty: of a wider place
    (SELECT p.name FROM kept_place p WHERE p.place_id = t.area_id) AS area,     -- name of the governorate or wider place
    t.attacks,      -- attacks that count
    COALESCE(d.perhaps_same, 0) AS perhaps_same,        -- how many of them may be one with another of them, as somebody judged
    t.unassessed,   -- attacks not graded yet
    t.single_origin,            -- attacks graded single_origin
    t.corroborated, -- attacks graded corroborated
    t.verified,     -- attacks graded verified
    t.contested,    -- attacks graded contested
    t.discounted,   -- attacks graded discounted
    (SELECT count(DISTINCT r.standing_id)
     FROM kept_attack k JOIN kept_attack m ON m.standing_id = k.attack_id JOIN attack_facility h ON h.attack_id = m.attack_id
     JOIN kept_facility r ON r.facility_id = h.facility_id JOIN facility f ON f.id = r.standing_id
     WHERE k.country = t.country AND k.month = t.month AND k.area_id = t.area_id AND NOT k.is_retracted
     AND k.state <> 'withdrawn' AND NOT m.is_retracted AND h.retracted_at IS NULL AND NOT f.is_placeholder
    ) AS named_facilities,      -- distinct named facilities hit
    (SELECT count(DISTINCT r.standing_id)
     FROM kept_attack k JOIN kept_attack m ON m.standing_id = k.attack_id JOIN attack_facility h ON h.attack_id = m.attack_id
     JOIN kept_facility r ON r.facility_id = h.facility_id JOIN facility f ON f.id = r.standing_id
     WHERE k.country = t.country AND k.month = t.month AND k.area_id = t.area_id AND NOT k.is_retracted
     AND k.state <> 'withdrawn' AND NOT m.is_retracted AND h.retracted_at IS NULL AND f.is_placeholder
    ) AS unnamed_facilities,    -- reports of unnamed ones, which are never distinct facilities
    t.killed_low - COALESCE(d.killed_twice, 0) AS killed_low,   -- at least so many killed; empty: no attack has a number, which is not 0
    CASE WHEN t.killed_open = 0 THEN t.killed_high END AS killed_high,  -- at most so many; empty unless every attack has an upper limit
    t.killed_without,           -- attacks without a number of killed
    t.injured_low - COALESCE(d.injured_twice, 0) AS injured_low,        -- at least so many injured; empty: no attack has a number
    CASE WHEN t.injured_open = 0 THEN t.injured_high END AS injured_high,       -- at most so many; empty unless every attack has an upper limit
    t.injured_without           -- attacks without a number of injured
FROM (
    SELECT k.country, k.month, k.area_id, k.governorate_pcode, count(*) AS attacks,
        sum(CASE WHEN k.grade = 'unassessed' THEN 1 ELSE 0 END) AS unassessed,
        sum(CASE WHEN k.grade = 'single_origin' THEN 1 ELSE 0 END) AS single_origin,
        sum(CASE WHEN k.grade = 'corroborated' THEN 1 ELSE 0 END) AS corroborated,
        sum(CASE WHEN k.grade = 'verified' THEN 1 ELSE 0 END) AS verified,
        sum(CASE WHEN k.grade = 'contested' THEN 1 ELSE 0 END) AS contested,
        sum(CASE WHEN k.grade = 'discounted' THEN 1 ELSE 0 END) AS discounted,
        sum(k.killed_low) AS killed_low, sum(k.killed_high) AS killed_high, count(*) - count(k.killed_high) AS killed_open,
        count(*) - count(COALESCE(k.killed_low, k.killed_high)) AS killed_without,
        sum(k.injured_low) AS injured_low, sum(k.injured_high) AS injured_high,
        count(*) - count(k.injured_high) AS injured_open,
        count(*) - count(COALESCE(k.injured_low, k.injured_high)) AS injured_without
    FROM kept_attack k
    WHERE k.is_counted
    GROUP BY k.country, k.month, k.area_id, k.governorate_pcode
) t
LEFT JOIN v_area_month_twice d ON d.country = t.country AND d.month = t.month AND d.area_id = t.area_id
