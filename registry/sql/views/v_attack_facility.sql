-- What each attack did to each facility: our finding.
CREATE VIEW v_attack_facility AS
SELECT
    h.id,           -- key
    h.attack_id,    -- key of the attack
    a.ref AS attack,            -- ref of the attack
    a.state,        -- state of the attack
    a.is_counted,   -- the attack counts in totals
    a.grade,        -- our grade of the attack
    a.attack_type,  -- code of attack_type, or `several`
    a.governorate_pcode,        -- P-code of the governorate of the attack
    a.governorate,  -- name of the governorate of the attack
    a.district_pcode,           -- P-code of the district of the attack
    a.occurred_from_on,         -- first day it may have been
    a.occurred_to_on,           -- last day
    a.occurred_precision,       -- how precisely
    (SELECT r.occurred_words FROM attack r WHERE r.id = h.attack_id) AS occurred_words,     -- the date as given
    a.month,        -- month of the attack, as 2019-05, or `unknown`
    a.year,         -- year of the attack; empty: not known to lie in one year
    f.id AS facility_id,        -- key of the facility, the canonical one of merged records; so are name, type and place
    f.ref AS facility,          -- ref of the facility (restricted)
    f.name,         -- its name (restricted)
    f.type,         -- its type
    f.sector,       -- its sector
    f.place,        -- where it is (restricted)
    f.is_placeholder,           -- no source has named it
    h.effect_code AS effect,    -- what was done to it
    h.damage_code AS damage,    -- how damaged
    h.functionality_code AS functionality,      -- how it worked after
    h.country       -- ISO 3166-1 alpha-3
FROM attack_facility h
JOIN kept_attack a ON a.attack_id = h.attack_id
JOIN kept_facility r ON r.facility_id = h.facility_id
JOIN v_facility f ON f.id = r.standing_id
WHERE h.retracted_at IS NULL AND NOT a.is_retracted
