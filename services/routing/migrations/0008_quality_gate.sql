-- Answers that wait, or waited, for a reviewer; their words are in `action`.
CREATE TABLE held_answer (
    referral_id uuid        NOT NULL REFERENCES referral,
    action_id   uuid        NOT NULL,
    case_id     uuid        NOT NULL,
    agency      text        NOT NULL,
    province    text        NOT NULL,
    -- samad.routing.v1.HoldReason
    reasons     smallint[]  NOT NULL,
    held_at     timestamptz NOT NULL,
    -- NULL as long as it waits.
    reviewed_at timestamptz,
    passed      boolean,
    reason      text,
    reviewed_by text,
    PRIMARY KEY (referral_id, action_id)
);
CREATE INDEX held_answer_open ON held_answer (held_at, action_id) WHERE reviewed_at IS NULL;

-- Fingerprints of an agency's latest answers, as many as a policy's window: what a new one is compared with.
CREATE TABLE answer_fingerprint (
    agency      text   NOT NULL,
    place       bigint GENERATED ALWAYS AS IDENTITY,
    fingerprint bigint NOT NULL,
    PRIMARY KEY (agency, place)
);
