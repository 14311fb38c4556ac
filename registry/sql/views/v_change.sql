-- Who changed what, when and why: the journal, one row for each entry. What one row of a list brought is one entry, `load`.
CREATE VIEW v_change AS
SELECT
    j.id,           -- key of the entry; entries of one registry sort by it in the order of time
    j.node_id,      -- key of the laptop or server whose chain it is in
    j.seq,          -- its number in that chain
    j.at,           -- when, UTC
    j.by AS who,    -- who did it (restricted)
    j.why,          -- the reason given (restricted)
    j.action,       -- insert, update, erase; load: all that one row of a list brought, which names itself as its row
    j.table_name,   -- the table of the row
    j.row_id,       -- key of the row
    CASE j.table_name
        WHEN 'attack' THEN (SELECT r.ref FROM attack r WHERE r.id = j.row_id)
        WHEN 'claim' THEN (SELECT r.ref FROM claim r WHERE r.id = j.row_id)
        WHEN 'facility' THEN (SELECT r.ref FROM facility r WHERE r.id = j.row_id)
        WHEN 'figure' THEN (SELECT r.ref FROM figure r WHERE r.id = j.row_id)
        WHEN 'place' THEN (SELECT r.ref FROM place r WHERE r.id = j.row_id)
        WHEN 'report' THEN (SELECT r.ref FROM report r WHERE r.id = j.row_id)
        WHEN 'situation' THEN (SELECT r.ref FROM situation r WHERE r.id = j.row_id)
        WHEN 'source' THEN (SELECT r.ref FROM source r WHERE r.id = j.row_id)
    END AS ref,     -- ref of the record, where it has one (restricted)
    j.hash          -- SHA-256 of the entry, which covers the entry before it
FROM journal j
