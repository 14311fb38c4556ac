-- What happened to one facility, in order of time: attacks, recorded states, opening and closing.
-- :facility text = F-0000-0000-0000-0 -- ref of the facility
SELECT from_on, to_on, event, attack, grade, effect, damage, functionality
FROM v_facility_timeline
WHERE facility = :facility
ORDER BY from_on IS NULL, from_on, to_on, event
