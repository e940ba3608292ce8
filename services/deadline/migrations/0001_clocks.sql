-- Policies are data (rule 7): a version, once adopted, never changes.
CREATE TABLE policy (
    policy               text        NOT NULL,
    version              integer     NOT NULL CHECK (version > 0),
    programme            text        NOT NULL,
    length_days          integer     NOT NULL CHECK (length_days >= 0),
    honours_target       boolean     NOT NULL,
    reminder_days_before integer[]   NOT NULL,
    valid_from           timestamptz NOT NULL,
    adopted_at           timestamptz NOT NULL,
    PRIMARY KEY (policy, version)
);

-- One clock a referral. A row without starts_at heard of the end first.
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
    -- The latest reminder that was stated, as days before the due moment.
    reminded_days  integer,
    breached_at    timestamptz,
    ended_at       timestamptz,
    returned       boolean NOT NULL DEFAULT false,
    -- The moment of the next reminder or of the breach; NULL when nothing more can fall due.
    next_at        timestamptz,
    FOREIGN KEY (policy, policy_version) REFERENCES policy
) WITH (fillfactor = 85);

-- Armed clocks by the next moment: the sweep costs what is due, not what is armed.
CREATE INDEX clock_next ON clock (next_at) WHERE next_at IS NOT NULL;
-- What is overdue and open, longest first: of the country and of one province.
CREATE INDEX clock_overdue ON clock (due_at, referral_id) WHERE breached_at IS NOT NULL AND ended_at IS NULL;
CREATE INDEX clock_overdue_province ON clock (province, due_at, referral_id)
    WHERE breached_at IS NOT NULL AND ended_at IS NULL;
