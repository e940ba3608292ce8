-- What topics are called; the latest name counts.
CREATE TABLE topic (
    topic    text PRIMARY KEY,
    name_fa  text        NOT NULL,
    named_at timestamptz NOT NULL
);

-- A public meeting, held by whoever hears of it: with its place and time once they were changed.
CREATE TABLE meeting (
    meeting   text PRIMARY KEY,
    called_at timestamptz,
    place_fa  text,
    starts_at timestamptz
);

-- Agencies that were invited, and where and when they were told to come.
CREATE TABLE meeting_invitation (
    meeting   text        NOT NULL REFERENCES meeting,
    agency    text        NOT NULL,
    place_fa  text        NOT NULL,
    starts_at timestamptz NOT NULL,
    PRIMARY KEY (meeting, agency)
);
