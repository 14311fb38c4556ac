-- The journal is append-only. The twin of every trigger stands in sqlite.sql.
CREATE OR REPLACE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'check_violation'; END $$
--;
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()
--;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()
--;
CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()
--;
CREATE TRIGGER journal_value_no_delete BEFORE DELETE ON journal_value
FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()
--;
CREATE TRIGGER journal_value_no_truncate BEFORE TRUNCATE ON journal_value
FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()
--;
-- "corroborated" rests on two origins that somebody judged to be independent of one another.
CREATE OR REPLACE FUNCTION corroborated_needs_two_independent_origins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.grade_code = 'corroborated' AND NEW.superseded_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM origin_independence i
        JOIN claim a ON a.origin_id = i.left_id AND a.withdrawn_at IS NULL
        JOIN claim b ON b.origin_id = i.right_id AND b.withdrawn_at IS NULL
        WHERE i.verdict = 'yes' AND i.revoked_at IS NULL
            AND a.attack_id IN (SELECT x.id FROM attack x WHERE x.id = NEW.attack_id OR x.canonical_id = NEW.attack_id)
            AND b.attack_id IN (SELECT x.id FROM attack x WHERE x.id = NEW.attack_id OR x.canonical_id = NEW.attack_id))
    THEN
        RAISE EXCEPTION 'a corroborated grade needs two independent origins'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'corroborated_needs_two_independent_origins';
    END IF;
    RETURN NEW;
END $$
--;
CREATE TRIGGER assessment_corroborated BEFORE INSERT OR UPDATE ON assessment
FOR EACH ROW EXECUTE FUNCTION corroborated_needs_two_independent_origins()
