-- Which version of the desk's and the deadlines' policies holds: a replica reads them once a version.
CREATE TABLE rules (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    version bigint  NOT NULL DEFAULT 1
);
INSERT INTO rules DEFAULT VALUES;

CREATE FUNCTION next_rules_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE rules SET version = version + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER policy_changes_rules AFTER INSERT OR UPDATE OR DELETE ON policy
    FOR EACH STATEMENT EXECUTE FUNCTION next_rules_version();
CREATE TRIGGER desk_policy_changes_rules AFTER INSERT OR UPDATE OR DELETE ON desk_policy
    FOR EACH STATEMENT EXECUTE FUNCTION next_rules_version();

-- Of policies heard before, `samad outbox replay --service deadline` tells these.
ALTER TABLE policy
    ADD COLUMN valid_until    timestamptz,
    ADD COLUMN needs_calendar boolean NOT NULL DEFAULT false;
