-- Reports published in a period and the claims taken from them, by publisher.
-- :first date = 2019-01-01 -- published on this day or later
-- :last date = 2019-12-31 -- published on this day or before
SELECT s.name AS publisher, s.is_party AS publisher_is_party, t.reports, t.claims
FROM (
    SELECT publisher_id, count(*) AS reports, sum(claims) AS claims
    FROM v_report
    WHERE published_from_on BETWEEN :first AND :last
    GROUP BY publisher_id
) t
LEFT JOIN v_source s ON s.id = t.publisher_id
ORDER BY t.reports DESC, s.name
