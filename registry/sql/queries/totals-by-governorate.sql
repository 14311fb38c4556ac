-- Attacks and killed in every governorate over all years, with the attacks that have no number.
-- Attacks that are known no closer than a country are listed under it.
SELECT country, area, governorate_pcode, sum(attacks) AS attacks, sum(killed_low) AS killed_low,
    CASE WHEN count(*) = count(killed_high) THEN sum(killed_high) END AS killed_high, sum(killed_without) AS killed_without
FROM v_area_month
GROUP BY country, area_id, area, governorate_pcode
ORDER BY country, area, governorate_pcode IS NULL, governorate_pcode
