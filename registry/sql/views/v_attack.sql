-- Attacks, one row each, with place, our grade, our numbers and how much is known. A merged record's parts count for its canonical one.
CREATE VIEW v_attack AS
SELECT
    k.attack_id AS id,          -- key
    k.ref,          -- ref for people
    k.country,      -- ISO 3166-1 alpha-3
    k.governorate_id,           -- key of the governorate it lies in; empty: the place is wider, or in none
    k.governorate_pcode,        -- P-code of the governorate
    k.governorate,  -- name of the governorate
    k.district_id,  -- key of the district; empty: known no closer
    k.district_pcode,           -- P-code of the district
    k.district,     -- name of the district
    k.place_id,     -- key of the place, the canonical one of merged places; so are name and P-code
    k.place,        -- name of the place (restricted)
    k.pcode,        -- its P-code (restricted)
    k.place_precision,          -- how precisely the place is known
    k.occurred_from_on,         -- first day it may have been
    k.occurred_to_on,           -- last day
    k.occurred_precision,       -- how precisely
    k.occurred_words,           -- the date as given
    k.occurred_basis,           -- printed or inferred
    k.week_on,      -- Monday of its week; empty: not known to lie in one week
    k.month,        -- its month, as 2019-05; `unknown`: not known to lie in one month
    k.year,         -- its year; empty: not known to lie in one year
    k.time_of_day,  -- local time
    k.time_band,    -- night, morning, afternoon, evening
    k.situation_id, -- key of the situation it belongs to
    k.parent_id,    -- key of the attack it is a strike of
    k.canonical_id, -- key of the attack it was found to be the same as
    k.title,        -- short title (restricted)
    (SELECT a.summary FROM attack a WHERE a.id = k.attack_id) AS summary,   -- what happened (restricted)
    k.state,        -- draft, in_review, published, withdrawn
    CASE WHEN k.state = 'withdrawn' THEN (SELECT a.withdrawn_why FROM attack a WHERE a.id = k.attack_id) END AS withdrawn_why,       -- why it was withdrawn (restricted)
    k.is_counted,   -- it counts in totals: not withdrawn, not merged into another, not a strike of an attack that counts
    k.grade,        -- our grade
    k.attack_type,  -- code of attack_type; `several`: its means are of more than one; empty: see means_absence
    k.named_facilities,         -- how many are named
    k.unnamed_facilities,       -- reports of unnamed ones
    k.killed_low,   -- at least so many killed, by our figure in force; of several strikes without one, their sum; empty: no number, which is not 0
    k.killed_high,  -- at most so many killed; empty: no upper limit is stated, or no number
    k.injured_low,  -- at least so many injured; empty: no number, which is not 0
    k.injured_high, -- at most so many injured; empty: no upper limit is stated, or no number
    k.claims,       -- how many claims
    k.origins,      -- from how many origins
    k.is_perhaps_same,          -- somebody is unsure whether it and another are one; v_area_month counts such once
    k.facilities_absence,       -- why no facility is recorded
    k.means_absence,            -- why no means is recorded
    k.harm_absence, -- why no harm is recorded
    k.attribution_absence,      -- why nobody is accused
    k.is_released,  -- its release to the public was agreed
    k.version       -- rises with every change
FROM kept_attack k
WHERE NOT k.is_retracted
