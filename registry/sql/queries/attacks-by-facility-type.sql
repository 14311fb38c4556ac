-- Attacks and named facilities hit in a governorate, by type of facility.
-- Only attacks that count, with what was recorded on them: what was recorded on a single strike is not here.
-- :area text = SY07 -- P-code of the governorate
-- :first date = 2019-01-01 -- attacks that began on this day or later
-- :last date = 2019-12-31 -- attacks that began on this day or before
SELECT sector, type, count(DISTINCT attack_id) AS attacks,
    count(DISTINCT CASE WHEN NOT is_placeholder THEN facility_id END) AS named_facilities,
    count(DISTINCT CASE WHEN is_placeholder THEN facility_id END) AS unnamed_reports
FROM v_attack_facility
WHERE governorate_pcode = :area AND occurred_from_on BETWEEN :first AND :last AND is_counted
GROUP BY sector, type
ORDER BY sector, type
