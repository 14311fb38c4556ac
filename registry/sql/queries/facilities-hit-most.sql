-- Facilities hit most often; a double tap counts once, a merged record for its canonical one.
-- :least integer = 2 -- hit at least so often
SELECT ref, name, type, place, times_hit
FROM v_facility
WHERE times_hit >= :least AND NOT is_placeholder
ORDER BY times_hit DESC, name, ref
