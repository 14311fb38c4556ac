-- Attacks by area, over all weeks that the public is told of.
-- An empty area: the place is told no finer than the country. An attack counts once, in one area.
SELECT country, area, sum(attacks) AS attacks, min(from_on) AS first_week_on, max(from_on) AS last_week_on
FROM v_area_week
GROUP BY country, area
ORDER BY attacks DESC, country, area
