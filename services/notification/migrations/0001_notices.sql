-- Whom to tell, sealed as it came: opened only to send. A row without `sealed` holds the place of a case of which
-- other facts were heard first, so that its registration and those facts cannot miss each other.
CREATE TABLE contact_point (
    case_id   uuid PRIMARY KEY,
    sealed    bytea,
    reachable boolean NOT NULL DEFAULT false
);

-- One notice for one fact and template: its id is derived from them.
CREATE TABLE notice (
    notice_id     uuid PRIMARY KEY,
    case_id       uuid        NOT NULL,
    province      text        NOT NULL,
    cause_fact_id uuid        NOT NULL,
    template      text        NOT NULL,
    -- What the text needs besides the contact point; emptied when the notice is settled.
    details       jsonb       NOT NULL,
    -- 0 waiting for its contact point, 1 pending, 2 sent, 3 failed.
    state         smallint    NOT NULL CHECK (state BETWEEN 0 AND 3),
    -- As in the contract; 0 until it is settled.
    transport     smallint    NOT NULL DEFAULT 0,
    attempts      integer     NOT NULL DEFAULT 0,
    last_error    text        NOT NULL DEFAULT '',
    created_at    timestamptz NOT NULL,
    -- By the deployment's clock; the epoch: at once.
    next_at       timestamptz NOT NULL DEFAULT 'epoch',
    -- By the database's clock, for it guards work of the machine: a replica is sending it until then.
    leased_until  timestamptz NOT NULL DEFAULT '-infinity',
    settled_at    timestamptz
) WITH (fillfactor = 70);

CREATE INDEX notice_pending ON notice (next_at, created_at) WHERE state = 1;
CREATE INDEX notice_case ON notice (case_id, created_at);
