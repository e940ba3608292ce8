-- Officials at the centre: patterns and policies are data, every version kept.
CREATE TABLE attendance_pattern (
    pattern    text    NOT NULL,
    version    integer NOT NULL CHECK (version > 0),
    official   text    NOT NULL,
    name_fa    text    NOT NULL,
    title_fa   text    NOT NULL,
    province   text    NOT NULL,
    centre     text    NOT NULL,
    -- 1 once, 2 weekdays, 3 every so many days, 4 once a season
    rhythm     smallint NOT NULL CHECK (rhythm BETWEEN 1 AND 4),
    -- Weekdays as bits from Monday; days; the day of the season.
    step       integer NOT NULL,
    -- Minutes after midnight in Tehran.
    opens      smallint NOT NULL,
    closes     smallint NOT NULL,
    from_day   date    NOT NULL,
    until_day  date,
    is_current boolean NOT NULL DEFAULT true,
    PRIMARY KEY (pattern, version),
    CHECK (opens >= 0 AND opens < closes AND closes <= 1440)
);
CREATE UNIQUE INDEX attendance_pattern_current ON attendance_pattern (pattern) WHERE is_current;

CREATE TABLE attendance_policy (
    policy              text        NOT NULL,
    version             integer     NOT NULL CHECK (version > 0),
    province            text        NOT NULL,
    valid_from          timestamptz NOT NULL,
    lead_days           integer     NOT NULL CHECK (lead_days >= 0),
    horizon_days        integer     NOT NULL CHECK (horizon_days >= lead_days),
    overrun_minutes     integer     NOT NULL CHECK (overrun_minutes >= 0),
    record_within_hours integer     NOT NULL CHECK (record_within_hours > 0),
    PRIMARY KEY (policy, version)
);

CREATE TABLE attendance_slot (
    slot_id        uuid        PRIMARY KEY,
    pattern        text        NOT NULL,
    day            date        NOT NULL,
    official       text        NOT NULL,
    name_fa        text        NOT NULL,
    title_fa       text        NOT NULL,
    province       text        NOT NULL,
    centre         text        NOT NULL,
    starts_at      timestamptz NOT NULL,
    ends_at        timestamptz NOT NULL,
    -- Until when contacts are taken in it, and its attendance is recorded: by the policy at its announcement.
    contacts_until timestamptz NOT NULL,
    record_by      timestamptz NOT NULL,
    -- samad.intake.v1.SlotState
    state          smallint    NOT NULL CHECK (state BETWEEN 1 AND 5),
    sequence       integer     NOT NULL,
    announced_at   timestamptz NOT NULL,
    changed_at     timestamptz NOT NULL,
    reason_fa      text        NOT NULL DEFAULT '',
    arrived_at     timestamptz,
    -- A pattern gives one slot a day at most, however often it is planned.
    UNIQUE (pattern, day),
    CHECK ((state = 4) = (arrived_at IS NOT NULL))
);
CREATE INDEX slot_earliest ON attendance_slot (starts_at, slot_id);
CREATE INDEX slot_open ON attendance_slot (record_by) WHERE state = 1;

-- On what occasion a contact was taken, for those few that have one.
CREATE TABLE contact_occasion (
    contact_id uuid PRIMARY KEY,
    slot_id    uuid
);
CREATE INDEX occasion_slot ON contact_occasion (slot_id) WHERE slot_id IS NOT NULL;
