-- What each attack did to each facility: our finding.
CREATE VIEW v_attack_facility AS
SELECT
    h.id,           -- key
    h.attack_id,    -- key of the attack
    a.ref AS attack,            -- ref of the attack
    a.state,        -- state of the attack
    a.occurred_from_on,         -- first day it may have been
    a.occurred_to_on,           -- last day
    a.occurred_precision_code AS occurred_precision,    -- how precisely
    a.occurred_words,           -- the date as given
    f.id AS facility_id,        -- key of the facility, the canonical one of merged records; so are name, type and place
    f.ref AS facility,          -- ref of the facility
    f.name,         -- its name
    f.type,         -- its type
    f.sector,       -- its sector
    f.place,        -- where it is
    f.is_placeholder,           -- no source has named it
    h.effect_code AS effect,    -- what was done to it
    h.damage_code AS damage,    -- how damaged
    h.functionality_code AS functionality,      -- how it worked after
    h.country       -- ISO 3166-1 alpha-3
FROM attack_facility h
JOIN attack a ON a.id = h.attack_id
JOIN facility r ON r.id = h.facility_id
JOIN v_facility f ON f.id = COALESCE(r.canonical_id, r.id)
WHERE h.retracted_at IS NULL AND a.retracted_at IS NULL
