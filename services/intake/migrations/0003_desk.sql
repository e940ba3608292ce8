-- When centres answer and how their desks work (rule 1): data with validity, every version kept.
CREATE TABLE hours_rule (
    rule       text     NOT NULL,
    version    integer  NOT NULL CHECK (version > 0),
    -- samad.intake.v1.HoursKind
    kind       smallint NOT NULL,
    province   text     NOT NULL,
    centre     text     NOT NULL,
    -- From Monday.
    weekdays   boolean[] NOT NULL CHECK (cardinality(weekdays) = 7),
    -- Minutes after midnight in Tehran.
    opens      smallint NOT NULL,
    closes     smallint NOT NULL,
    from_day   date     NOT NULL,
    until_day  date,
    reason_fa  text     NOT NULL,
    is_current boolean  NOT NULL DEFAULT true,
    PRIMARY KEY (rule, version),
    CHECK (opens BETWEEN 0 AND 1440 AND closes BETWEEN opens AND 1440)
);
CREATE UNIQUE INDEX hours_current ON hours_rule (rule) WHERE is_current;
CREATE INDEX hours_of_days ON hours_rule (until_day) WHERE is_current;

CREATE TABLE desk_policy (
    policy              text        NOT NULL,
    version             integer     NOT NULL CHECK (version > 0),
    province            text        NOT NULL,
    valid_from          timestamptz NOT NULL,
    citation_required   boolean     NOT NULL,
    lease_minutes       integer     NOT NULL CHECK (lease_minutes > 0),
    rejoin_minutes      integer     NOT NULL CHECK (rejoin_minutes >= 0),
    idle_days           integer     NOT NULL CHECK (idle_days >= 0),
    PRIMARY KEY (policy, version)
);

-- What waits for an operator.
CREATE TABLE work_item (
    item_id           uuid        PRIMARY KEY,
    call_id           text        NOT NULL UNIQUE,
    province          text        NOT NULL,
    centre            text        NOT NULL,
    -- samad.intake.v1.VoicemailReason
    reason            smallint    NOT NULL,
    received_at       timestamptz NOT NULL,
    opens_at          timestamptz,
    -- The caller's number, sealed; NULL where it was withheld.
    sealed_caller     bytea,
    -- In whose hand and until when; afterwards it is anybody's again.
    operator          text,
    lease_until       timestamptz,
    finished_at       timestamptz,
    contact_id        uuid,
    no_contact_reason text        NOT NULL DEFAULT '',
    CHECK ((operator IS NULL) = (lease_until IS NULL))
);
-- Oldest first; items in hand are few, one an operator.
CREATE INDEX work_waiting ON work_item (centre, received_at, item_id) WHERE finished_at IS NULL;
CREATE INDEX work_in_hand ON work_item (operator) WHERE finished_at IS NULL AND operator IS NOT NULL;
