-- Attacks by month, in one area or all.
-- A week counts for the month in which it begins. An empty month: the day is not known well enough.
-- :area text =  -- area, as public-attacks-by-area spells it; nothing for all
-- :first date = 2000-01-01 -- weeks that begin on this day or later
-- :last date = 2099-12-31 -- weeks that begin on this day or before
SELECT substr(from_on, 1, 7) AS month, sum(attacks) AS attacks
FROM v_area_week
WHERE (:area = '' OR area = :area) AND (from_on IS NULL OR from_on BETWEEN :first AND :last)
GROUP BY 1
ORDER BY 1 IS NULL, 1
