-- Public meetings: every version stays.
CREATE TABLE meeting (
    meeting     text        NOT NULL,
    version     integer     NOT NULL CHECK (version > 0),
    title_fa    text        NOT NULL,
    province    text        NOT NULL,
    place_fa    text        NOT NULL,
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL,
    turns_until timestamptz NOT NULL,
    is_current  boolean     NOT NULL DEFAULT true,
    PRIMARY KEY (meeting, version),
    CHECK (turns_until <= starts_at AND starts_at < ends_at)
);
CREATE UNIQUE INDEX meeting_current ON meeting (meeting) WHERE is_current;

CREATE TABLE meeting_held (
    meeting  text        PRIMARY KEY,
    held_at  timestamptz NOT NULL,
    attended text[]      NOT NULL
);

CREATE TABLE meeting_invited (
    meeting    text        NOT NULL,
    agency     text        NOT NULL,
    invited_at timestamptz NOT NULL,
    PRIMARY KEY (meeting, agency)
);

-- What was ordered at a meeting.
CREATE TABLE commitment (
    commitment_id uuid        PRIMARY KEY,
    meeting       text        NOT NULL,
    key           text        NOT NULL,
    contact_id    uuid,
    agency        text        NOT NULL,
    person        text        NOT NULL,
    text          text        NOT NULL,
    due_day       date,
    made_at       timestamptz NOT NULL,
    -- samad.intake.v1.CommitmentOutcome; 0 while it is open.
    outcome       smallint    NOT NULL DEFAULT 0,
    outcome_text  text        NOT NULL DEFAULT '',
    settled_at    timestamptz,
    UNIQUE (meeting, key),
    CHECK ((outcome = 0) = (settled_at IS NULL))
);

ALTER TABLE contact_occasion ADD COLUMN meeting text;
CREATE INDEX occasion_meeting ON contact_occasion (meeting, contact_id) WHERE meeting IS NOT NULL;
