-- Calls' recordings (rule 2). The bytes lie in the object store, sealed in pieces.
CREATE TABLE recording (
    recording_id uuid        PRIMARY KEY,
    call_id      text        NOT NULL,
    province     text        NOT NULL,
    centre       text        NOT NULL,
    -- Keyed hash of the caller's number; NULL where it was withheld.
    caller_hash  bytea,
    started_at   timestamptz NOT NULL,
    ended_at     timestamptz NOT NULL,
    cut          boolean     NOT NULL,
    content_type text        NOT NULL,
    begun_at     timestamptz NOT NULL,
    -- NULL while the bytes are on their way, as the two below.
    stored_at    timestamptz,
    sha256       bytea,
    size_bytes   bigint,
    CHECK ((stored_at IS NULL) = (sha256 IS NULL) AND (stored_at IS NULL) = (size_bytes IS NULL))
);
CREATE UNIQUE INDEX recording_of_call ON recording (call_id) WHERE stored_at IS NOT NULL;
CREATE INDEX recording_of_caller ON recording (caller_hash, started_at)
    WHERE caller_hash IS NOT NULL AND stored_at IS NOT NULL;
CREATE INDEX recording_on_its_way ON recording (begun_at) WHERE stored_at IS NULL;
