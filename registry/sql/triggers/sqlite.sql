-- The journal is append-only. The twin of every trigger stands in postgresql.sql.
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
--;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
--;
-- INSERT OR REPLACE would delete the row in its way, and fires no delete trigger where recursive_triggers is off.
CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
WHEN EXISTS (SELECT 1 FROM journal j WHERE j.id = NEW.id OR (j.node_id = NEW.node_id AND j.seq = NEW.seq))
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
--;
CREATE TRIGGER journal_value_no_delete BEFORE DELETE ON journal_value
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
--;
-- "corroborated" rests on two origins that somebody judged to be independent of one another.
CREATE TRIGGER assessment_corroborated_insert BEFORE INSERT ON assessment
WHEN NEW.grade_code = 'corroborated' AND NEW.superseded_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM origin_independence i
    JOIN claim a ON a.origin_id = i.left_id AND a.withdrawn_at IS NULL
    JOIN claim b ON b.origin_id = i.right_id AND b.withdrawn_at IS NULL
    WHERE i.verdict = 'yes' AND i.revoked_at IS NULL
        AND a.attack_id IN (SELECT x.id FROM attack x WHERE x.id = NEW.attack_id OR x.canonical_id = NEW.attack_id)
        AND b.attack_id IN (SELECT x.id FROM attack x WHERE x.id = NEW.attack_id OR x.canonical_id = NEW.attack_id))
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: corroborated_needs_two_independent_origins'); END
--;
CREATE TRIGGER assessment_corroborated_update BEFORE UPDATE ON assessment
WHEN NEW.grade_code = 'corroborated' AND NEW.superseded_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM origin_independence i
    JOIN claim a ON a.origin_id = i.left_id AND a.withdrawn_at IS NULL
    JOIN claim b ON b.origin_id = i.right_id AND b.withdrawn_at IS NULL
    WHERE i.verdict = 'yes' AND i.revoked_at IS NULL
        AND a.attack_id IN (SELECT x.id FROM attack x WHERE x.id = NEW.attack_id OR x.canonical_id = NEW.attack_id)
        AND b.attack_id IN (SELECT x.id FROM attack x WHERE x.id = NEW.attack_id OR x.canonical_id = NEW.attack_id))
BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: corroborated_needs_two_independent_origins'); END
