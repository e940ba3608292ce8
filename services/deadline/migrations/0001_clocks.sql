-- What deadlines are derived from has one version, moved by every adopted policy, closure, calendar or outage.
CREATE TABLE rules (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    version bigint  NOT NULL DEFAULT 1
);
INSERT INTO rules DEFAULT VALUES;

-- The version to derive by. Until the transaction ends nothing is announced: a clock that is armed while a closure is
-- announced knows of it, or is there to be moved by it. Volatile, so that each statement sees what was committed before it.
CREATE FUNCTION rules_version() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('deadline.rules'));
    RETURN (SELECT version FROM rules);
END $$;

-- The next version: waits for those that derive by this one.
CREATE FUNCTION next_rules_version() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    made bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('deadline.rules'));
    UPDATE rules SET version = version + 1 RETURNING version INTO made;
    RETURN made;
END $$;

-- Policies are data (rule 7): a version, once adopted, never changes.
CREATE TABLE policy (
    policy               text        NOT NULL,
    version              integer     NOT NULL CHECK (version > 0),
    programme            text        NOT NULL,
    length_days          integer     NOT NULL CHECK (length_days >= 0),
    working_days         boolean     NOT NULL,
    ignores_closures     boolean     NOT NULL,
    ends_on_working_day  boolean     NOT NULL,
    honours_target       boolean     NOT NULL,
    reminder_days_before integer[]   NOT NULL,
    -- Step by step: days after the due moment, and samad.deadline.v1.EscalationLevel.
    escalation_days      integer[]   NOT NULL,
    escalation_to        smallint[]  NOT NULL,
    pause_max_days       integer     NOT NULL CHECK (pause_max_days >= 0),
    return_within_days   integer     NOT NULL CHECK (return_within_days >= 0),
    valid_from           timestamptz NOT NULL,
    valid_until          timestamptz,
    adopted_at           timestamptz NOT NULL,
    PRIMARY KEY (policy, version)
);

-- One clock a referral. A row without starts_at heard of the end first.
-- No foreign key to policy: versions are never deleted, and the check would lock one policy row for every referral.
CREATE TABLE clock (
    referral_id    uuid PRIMARY KEY,
    case_id        uuid,
    agency         text,
    province       text,
    programme      text,
    policy         text,
    policy_version integer,
    starts_at      timestamptz,
    target_at      timestamptz,
    due_at         timestamptz,
    -- The rules by which due_at was derived.
    rules_version  bigint  NOT NULL DEFAULT 0,
    -- Extensions and documents; NULL as long as there are none.
    adjustments    jsonb,
    -- The latest reminder that was stated, as days before the due moment.
    reminded_days  integer,
    breached_at    timestamptz,
    -- Steps of the policy's escalation that are done.
    escalated      integer NOT NULL DEFAULT 0,
    ended_at       timestamptz,
    -- 1 answered, 2 returned, 3 withdrawn
    ended_how      smallint,
    -- The moment of the next reminder, breach or escalation; NULL when nothing more can fall due.
    next_at        timestamptz
) WITH (fillfactor = 85);

-- Armed clocks by the next moment: the sweep costs what is due, not what is armed.
CREATE INDEX clock_next ON clock (next_at) WHERE next_at IS NOT NULL;
-- Open clocks of a province by their due moment: what a closure moves, and what is overdue there.
CREATE INDEX clock_open ON clock (province, due_at, referral_id) WHERE ended_at IS NULL AND due_at IS NOT NULL;
-- What is overdue and open in the country, longest first.
CREATE INDEX clock_overdue ON clock (due_at, referral_id) WHERE breached_at IS NOT NULL AND ended_at IS NULL;
