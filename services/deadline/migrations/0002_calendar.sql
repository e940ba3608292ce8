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

ALTER TABLE policy
    ADD COLUMN working_days        boolean    NOT NULL DEFAULT false,
    ADD COLUMN ignores_closures    boolean    NOT NULL DEFAULT false,
    ADD COLUMN ends_on_working_day boolean    NOT NULL DEFAULT false,
    -- Step by step: days after the due moment, and samad.deadline.v1.EscalationLevel.
    ADD COLUMN escalation_days     integer[]  NOT NULL DEFAULT '{}',
    ADD COLUMN escalation_to       smallint[] NOT NULL DEFAULT '{}',
    ADD COLUMN pause_max_days      integer    NOT NULL DEFAULT 0 CHECK (pause_max_days >= 0),
    ADD COLUMN return_within_days  integer    NOT NULL DEFAULT 0 CHECK (return_within_days >= 0),
    ADD COLUMN valid_until         timestamptz;

ALTER TABLE clock
    -- The rules by which due_at was derived.
    ADD COLUMN rules_version bigint  NOT NULL DEFAULT 0,
    -- How often due_at has moved since it was set.
    ADD COLUMN epoch         integer NOT NULL DEFAULT 0,
    -- Extensions and documents; NULL as long as there are none.
    ADD COLUMN adjustments   jsonb,
    -- Steps of the policy's escalation that are done.
    ADD COLUMN escalated     integer NOT NULL DEFAULT 0,
    -- 1 answered, 2 returned, 3 withdrawn
    ADD COLUMN ended_how     smallint,
    -- Versions of policies are never deleted, and the check would lock one policy row for every referral.
    DROP CONSTRAINT clock_policy_policy_version_fkey;
UPDATE clock SET ended_how = CASE WHEN returned THEN 2 ELSE 1 END WHERE ended_at IS NOT NULL;
ALTER TABLE clock DROP COLUMN returned;

-- Open clocks of a province by their due moment: what a closure moves, and what is overdue there.
CREATE INDEX clock_open ON clock (province, due_at, referral_id) WHERE ended_at IS NULL AND due_at IS NOT NULL;
DROP INDEX clock_overdue_province;

-- Holidays and closures, with the versions of the rules in which they count: never deleted, so that a deadline can be
-- explained by what was known when it was derived.
CREATE TABLE day_off (
    id           uuid        PRIMARY KEY,
    -- 1 holiday, 2 closure
    kind         smallint    NOT NULL,
    -- Empty: the whole country.
    province     text        NOT NULL,
    first_day    date        NOT NULL,
    last_day     date        NOT NULL CHECK (last_day >= first_day),
    reason_fa    text        NOT NULL,
    announced_at timestamptz NOT NULL,
    added        bigint      NOT NULL,
    -- NULL as long as it counts.
    removed      bigint,
    removed_at   timestamptz
);
CREATE UNIQUE INDEX holiday_once ON day_off (first_day) WHERE kind = 1 AND removed IS NULL;
CREATE INDEX closure_by_day ON day_off (first_day, id) WHERE kind = 2;

-- The weekly days off of a province (empty: of every other) from a day on.
CREATE TABLE week_off (
    province  text     NOT NULL,
    first_day date     NOT NULL,
    -- ISO 8601: 1 Monday to 7 Sunday.
    days_off  smallint[] NOT NULL,
    added     bigint   NOT NULL,
    PRIMARY KEY (province, first_day, added)
);

-- Hours in which delivery to an agency was broken.
CREATE TABLE outage (
    id         uuid        PRIMARY KEY,
    agency     text        NOT NULL,
    from_at    timestamptz NOT NULL,
    until_at   timestamptz NOT NULL CHECK (until_at > from_at),
    -- samad.deadline.v1.ChargedTo
    charged_to smallint    NOT NULL,
    reason_fa  text        NOT NULL,
    charged_at timestamptz NOT NULL,
    added      bigint      NOT NULL,
    removed    bigint
);

-- What a new version of the rules moves, in parts that several workers take: a province's open clocks between two due
-- moments, from the latest backwards, so that what was moved ahead lies behind.
CREATE TABLE move_part (
    version    bigint      NOT NULL,
    part       integer     NOT NULL,
    -- The closure or outage it comes from.
    cause      uuid,
    province   text        NOT NULL,
    -- Empty: every agency.
    agency     text        NOT NULL,
    -- Due from here on.
    low_at     timestamptz NOT NULL,
    -- Begun before; what began later is not touched.
    begun_at   timestamptz NOT NULL,
    -- The last clock that was looked at.
    reached_at timestamptz NOT NULL,
    reached_id uuid        NOT NULL,
    moved      bigint      NOT NULL DEFAULT 0,
    done       boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (version, part)
);
CREATE INDEX move_part_open ON move_part (version, part) WHERE NOT done;
CREATE INDEX move_part_cause ON move_part (cause) WHERE cause IS NOT NULL;
