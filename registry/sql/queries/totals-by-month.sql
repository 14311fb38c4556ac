-- Killed and injured in a country by month, low to high, with the attacks that have no number.
-- A high stands only where every attack of every governorate has an upper limit: otherwise none is stated.
-- :country text = SYR -- ISO 3166-1 alpha-3
-- :first text = 2019-01 -- first month
-- :last text = 2019-12 -- last month
SELECT month, sum(attacks) AS attacks, sum(killed_low) AS killed_low,
    CASE WHEN count(*) = count(killed_high) THEN sum(killed_high) END AS killed_high, sum(killed_without) AS killed_without,
    sum(injured_low) AS injured_low, CASE WHEN count(*) = count(injured_high) THEN sum(injured_high) END AS injured_high,
    sum(injured_without) AS injured_without
FROM v_area_month
WHERE country = :country AND month BETWEEN :first AND :last
GROUP BY month
ORDER BY month
