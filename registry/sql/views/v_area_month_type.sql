-- Attacks by governorate, month, type and grade: distinct attacks, a double tap once.
CREATE VIEW v_area_month_type AS
SELECT
    t.country,      -- ISO 3166-1 alpha-3
    t.month,        -- month, as 2019-05; `unknown`: attacks not known to lie in one month
    t.area_id,      -- key of the governorate; of attacks that are known no closer, of the wider place
    t.governorate_pcode,        -- P-code of the governorate; empty: of a wider place
    (SELECT p.name FROM kept_place p WHERE p.place_id = t.area_id) AS area,     -- name of the governorate or wider place
    t.attack_type,  -- code of attack_type; `several`: the means are of more than one; empty: none is recorded
    t.grade,        -- our grade
    t.attacks       -- attacks that count
FROM (
    SELECT k.country, k.month, k.area_id, k.governorate_pcode, k.attack_type, k.grade, count(*) AS attacks
    FROM kept_attack k
    WHERE k.is_counted
    GROUP BY k.country, k.month, k.area_id, k.governorate_pcode, k.attack_type, k.grade
) t
