-- Who changed an attack, when and why.
-- What a list brought is in an entry `load` of its own, which is not told here; see `registry journal show`.
-- :attack text = A-0000-0000-0000-0 -- ref of the attack
SELECT c.at, c.who, c.why, c.action, c.table_name, c.ref
FROM v_attack a
JOIN v_change c ON c.table_name = 'attack' AND c.row_id = a.id
WHERE a.ref = :attack
ORDER BY c.at, c.seq
