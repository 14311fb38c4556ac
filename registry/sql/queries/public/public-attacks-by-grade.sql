-- Attacks by our grade, in one area or all.
-- :area text =  -- area, as public-attacks-by-area spells it; nothing for all
SELECT grade, sum(attacks) AS attacks
FROM v_area_week
WHERE :area = '' OR area = :area
GROUP BY grade
ORDER BY attacks DESC, grade
