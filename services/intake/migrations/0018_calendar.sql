-- What deadline says of days off: the promise at registration counts as its clocks do (rule 7).
CREATE TABLE closure (
    closure_id uuid    PRIMARY KEY,
    province   text    NOT NULL,
    first_day  date    NOT NULL,
    last_day   date    NOT NULL,
    -- Revocations may be heard first.
    revoked    boolean NOT NULL
);

-- Imports of holidays: of the days that several cover the highest version knows all.
CREATE TABLE calendar (
    version   bigint PRIMARY KEY,
    first_day date,
    last_day  date,
    holidays  date[] NOT NULL,
    CHECK ((first_day IS NULL) = (last_day IS NULL))
);

CREATE TABLE week_off (
    version   bigint    NOT NULL,
    province  text      NOT NULL,
    first_day date      NOT NULL,
    -- From Monday.
    days_off  boolean[] NOT NULL CHECK (cardinality(days_off) = 7),
    PRIMARY KEY (version, province, first_day)
);

CREATE TRIGGER closure_changes_rules AFTER INSERT OR UPDATE OR DELETE ON closure
    FOR EACH STATEMENT EXECUTE FUNCTION next_rules_version();
CREATE TRIGGER calendar_changes_rules AFTER INSERT OR UPDATE OR DELETE ON calendar
    FOR EACH STATEMENT EXECUTE FUNCTION next_rules_version();
CREATE TRIGGER week_off_changes_rules AFTER INSERT OR UPDATE OR DELETE ON week_off
    FOR EACH STATEMENT EXECUTE FUNCTION next_rules_version();

ALTER TABLE policy
    ADD COLUMN working_days        boolean NOT NULL DEFAULT false,
    ADD COLUMN ignores_closures    boolean NOT NULL DEFAULT false,
    ADD COLUMN ends_on_working_day boolean NOT NULL DEFAULT false;
-- How these count days was not kept: they promise nothing until `samad outbox replay --service deadline` tells them again.
UPDATE policy SET length_days = 0 WHERE needs_calendar;
ALTER TABLE policy DROP COLUMN needs_calendar;
