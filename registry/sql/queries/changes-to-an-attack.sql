-- Who brought or changed an attack, when and why.
-- What one row of a list brought is one entry, `load`: an attack without an entry `insert` came by the next after its key.
-- :attack text = A-0000-0000-0000-0 -- ref of the attack
SELECT at, who, why, action, 'attack' AS table_name, ref
FROM (
    SELECT c.at, c.seq, c.who, c.why, c.action, a.ref
    FROM v_attack a
    JOIN v_change c ON c.table_name = 'attack' AND c.row_id = a.id
    WHERE a.ref = :attack
    UNION ALL
    SELECT c.at, c.seq, c.who, c.why, c.action, a.ref
    FROM v_attack a
    JOIN v_change c ON c.id = (SELECT k.id FROM v_change k WHERE k.action = 'load' AND k.id > a.id ORDER BY k.id LIMIT 1)
    WHERE a.ref = :attack AND NOT EXISTS (
        SELECT 1 FROM v_change i WHERE i.table_name = 'attack' AND i.row_id = a.id AND i.action = 'insert')
) told
ORDER BY at, seq
