-- Reports published in a period and the claims taken from them, by publisher.
-- :first date = 2019-01-01 -- published on this day or later
-- :last date = 2019-12-31 -- published on this day or before
SELECT publisher, publisher_is_party, count(*) AS reports, sum(claims) AS claims
FROM v_report
WHERE published_from_on BETWEEN :first AND :last
GROUP BY publisher_id, publisher, publisher_is_party
ORDER BY reports DESC, publisher
