-- What v_area_month takes off its sums: in groups of attacks that may be one and the same, all lows but the least.
CREATE VIEW v_area_month_twice AS
SELECT
    g.country,      -- ISO 3166-1 alpha-3
    g.month,        -- month, as 2019-05, or `unknown`
    g.area_id,      -- key of the governorate or wider place
    CAST(sum(g.members) AS BIGINT) AS perhaps_same,     -- attacks that may be one with another in this area and month
    CAST(sum(g.killed_twice) AS BIGINT) AS killed_twice,        -- killed who may have been counted already
    CAST(sum(g.injured_twice) AS BIGINT) AS injured_twice       -- injured who may have been counted already
FROM (
    WITH RECURSIVE unsure(left_id, right_id) AS (
        SELECT j.left_id, j.right_id FROM judgement j
        WHERE j.kind = 'attack' AND j.verdict = 'unsure' AND j.revoked_at IS NULL
        UNION SELECT j.right_id, j.left_id FROM judgement j
        WHERE j.kind = 'attack' AND j.verdict = 'unsure' AND j.revoked_at IS NULL
    ), event(record_id, attack_id) AS (  -- of a merged record its canonical one, of a strike its parent
        SELECT r.attack_id, CASE WHEN k.is_counted THEN k.attack_id ELSE p.standing_id END
        FROM (SELECT DISTINCT u.left_id FROM unsure u) n
        CROSS JOIN kept_attack r
        JOIN kept_attack k ON k.attack_id = r.standing_id
        LEFT JOIN kept_attack p ON p.attack_id = k.parent_id
        WHERE r.attack_id = n.left_id
    ), pair(attack_id, other_id) AS (
        SELECT a.attack_id, b.attack_id
        FROM unsure u
        JOIN event l ON l.record_id = u.left_id
        JOIN event r ON r.record_id = u.right_id
        JOIN kept_attack a ON a.attack_id = l.attack_id AND a.is_counted
        JOIN kept_attack b ON b.attack_id = r.attack_id AND b.is_counted
        WHERE a.country = b.country AND a.month = b.month AND a.area_id = b.area_id AND a.attack_id <> b.attack_id
    ), reach(attack_id, other_id) AS (
        SELECT p.attack_id, p.attack_id FROM pair p
        UNION SELECT r.attack_id, p.other_id FROM reach r JOIN pair p ON p.attack_id = r.other_id
    )
    SELECT k.country, k.month, k.area_id, r.attack_id, count(*) AS members,
        sum(k.killed_low) - min(CASE WHEN COALESCE(k.killed_low, k.killed_high) IS NOT NULL THEN COALESCE(k.killed_low, 0) END)
            AS killed_twice,
        sum(k.injured_low) - min(CASE WHEN COALESCE(k.injured_low, k.injured_high) IS NOT NULL THEN COALESCE(k.injured_low, 0) END)
            AS injured_twice
    FROM reach r
    CROSS JOIN kept_attack k  -- SQLite keeps this order: it begins with the few
    -- of a group, seen from its first attack
    WHERE k.attack_id = r.other_id AND NOT EXISTS (SELECT 1 FROM reach x WHERE x.attack_id = r.attack_id AND x.other_id < r.attack_id)
    GROUP BY k.country, k.month, k.area_id, r.attack_id
) g
GROUP BY g.country, g.month, g.area_id
