-- Situations: an area and a period.
CREATE VIEW v_situation AS
SELECT
    s.id,           -- key
    s.ref,          -- ref for people
    s.name,         -- name
    s.country,      -- ISO 3166-1 alpha-3
    s.from_on,      -- first day
    s.to_on,        -- last day
    s.precision_code AS precision,  -- how precisely the period is known
    s.words,        -- the period as given
    s.basis,        -- printed or inferred
    s.note,         -- remark
    s.release_agreed_at IS NOT NULL AS is_released,  -- its release to the public was agreed
    s.version       -- rises with every change
FROM situation s
