-- Facilities that stand within a box of latitude and longitude, from south to north, as far as their position is known.
-- :south number = 35.7 -- least latitude, degrees
-- :north number = 35.9 -- greatest latitude
-- :west number = 36.5 -- least longitude
-- :east number = 36.7 -- greatest longitude
-- :most integer = 500 -- how many; a box in a large city may hold thousands
SELECT ref, name, type, lat, lon, times_hit, last_functionality
FROM v_facility
WHERE lat BETWEEN :south AND :north AND lon BETWEEN :west AND :east
ORDER BY lat, lon, ref
LIMIT :most
