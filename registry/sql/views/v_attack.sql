-- Attacks, one row each, with place, our grade and how much is known. A merged record's parts count for its canonical one.
CREATE VIEW v_attack AS
SELECT
    a.id,           -- key
    a.ref,          -- ref for people
    a.country,      -- ISO 3166-1 alpha-3
    p.id AS place_id,           -- key of the place, the canonical one of merged places; so are name and P-code
    p.name AS place,            -- name of the place
    p.pcode,        -- its P-code
    a.place_precision_code AS place_precision,  -- how precisely the place is known
    a.occurred_from_on,         -- first day it may have been
    a.occurred_to_on,           -- last day
    a.occurred_precision_code AS occurred_precision,    -- how precisely
    a.occurred_words,           -- the date as given
    a.occurred_basis,           -- printed or inferred
    a.time_of_day,  -- local time
    a.time_band,    -- night, morning, afternoon, evening
    a.situation_id, -- key of the situation it belongs to
    a.parent_id,    -- key of the attack it is a strike of
    a.canonical_id, -- key of the attack it was found to be the same as
    a.title,        -- short title (restricted)
    a.summary,      -- what happened (restricted)
    a.state,        -- draft, in_review, published, withdrawn
    a.withdrawn_why,            -- why it was withdrawn
    COALESCE((SELECT s.grade_code FROM attack m JOIN assessment s ON s.attack_id = m.id JOIN grade g ON g.code = s.grade_code
              WHERE (m.id = a.id OR m.canonical_id = a.id) AND s.scheme = 'registry' AND s.superseded_at IS NULL
              ORDER BY g.rank DESC, s.id DESC LIMIT 1), 'unassessed') AS grade,  -- our grade
    (SELECT count(DISTINCT COALESCE(f.canonical_id, f.id))
     FROM attack m JOIN attack_facility h ON h.attack_id = m.id AND h.retracted_at IS NULL
     JOIN facility x ON x.id = h.facility_id
     JOIN facility f ON f.id = COALESCE(x.canonical_id, x.id)
     WHERE (m.id = a.id OR m.canonical_id = a.id) AND NOT f.is_placeholder) AS named_facilities,  -- how many are named
    (SELECT count(DISTINCT COALESCE(f.canonical_id, f.id))
     FROM attack m JOIN attack_facility h ON h.attack_id = m.id AND h.retracted_at IS NULL
     JOIN facility x ON x.id = h.facility_id
     JOIN facility f ON f.id = COALESCE(x.canonical_id, x.id)
     WHERE (m.id = a.id OR m.canonical_id = a.id) AND f.is_placeholder) AS unnamed_facilities,  -- reports of unnamed ones
    (SELECT count(*) FROM attack m JOIN claim c ON c.attack_id = m.id
     WHERE (m.id = a.id OR m.canonical_id = a.id) AND c.withdrawn_at IS NULL) AS claims,  -- how many claims
    (SELECT count(DISTINCT o.source_id) FROM attack m JOIN claim c ON c.attack_id = m.id JOIN origin o ON o.id = c.origin_id
     WHERE (m.id = a.id OR m.canonical_id = a.id) AND c.withdrawn_at IS NULL) AS origins,   -- from how many origins
    a.facilities_absence,       -- why no facility is recorded
    a.means_absence,            -- why no means is recorded
    a.harm_absence, -- why no harm is recorded
    a.attribution_absence,      -- why nobody is accused
    a.release_agreed_at IS NOT NULL AS is_released,  -- its release to the public was agreed
    a.version       -- rises with every change
FROM attack a
JOIN place x ON x.id = a.place_id
JOIN v_place p ON p.id = COALESCE(x.canonical_id, x.id)
WHERE a.retracted_at IS NULL
