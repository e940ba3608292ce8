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
