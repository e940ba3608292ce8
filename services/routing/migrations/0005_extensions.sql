-- How often the agency asked for more time, and whether the province still owes an answer: on the row that actions lock.
ALTER TABLE referral ADD COLUMN extensions_asked integer NOT NULL DEFAULT 0;
ALTER TABLE referral ADD COLUMN extension_open boolean NOT NULL DEFAULT false;
ALTER TABLE referral ADD COLUMN documents_open boolean NOT NULL DEFAULT false;

-- One for each action that asked for more time (rule 7).
CREATE TABLE extension (
    referral_id  uuid        NOT NULL REFERENCES referral,
    action_id    uuid        NOT NULL,
    case_id      uuid        NOT NULL,
    agency       text        NOT NULL,
    province     text        NOT NULL,
    days         integer     NOT NULL CHECK (days > 0),
    reason       text        NOT NULL,
    asked_at     timestamptz NOT NULL,
    -- NULL as long as the province has not ruled.
    ruled_at     timestamptz,
    -- 0 when refused.
    granted_days integer,
    ruling       text,
    ruled_by     text,
    PRIMARY KEY (referral_id, action_id)
);
CREATE INDEX extension_open ON extension (asked_at, action_id) WHERE ruled_at IS NULL;

-- One for each action that asked for the citizen's documents.
CREATE TABLE document_request (
    referral_id uuid        NOT NULL REFERENCES referral,
    action_id   uuid        NOT NULL,
    case_id     uuid        NOT NULL,
    agency      text        NOT NULL,
    province    text        NOT NULL,
    documents   text        NOT NULL,
    asked_at    timestamptz NOT NULL,
    -- NULL as long as they have not come.
    received_at timestamptz,
    note        text,
    recorded_by text,
    PRIMARY KEY (referral_id, action_id)
);
CREATE INDEX document_request_open ON document_request (asked_at, action_id) WHERE received_at IS NULL;
