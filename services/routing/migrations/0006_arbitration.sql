-- An arbiter's ruling: the agency may not return such a referral.
ALTER TABLE referral ADD COLUMN ruled boolean NOT NULL DEFAULT false;

-- Cases that went to the provincial arbiter (rule 4).
CREATE TABLE arbitration (
    arbitration_id uuid        PRIMARY KEY,
    case_id        uuid        NOT NULL REFERENCES case_copy,
    round          integer     NOT NULL,
    province       text        NOT NULL,
    county         text        NOT NULL,
    topic          text        NOT NULL,
    reason         text        NOT NULL,
    tried          text[]      NOT NULL,
    asked_at       timestamptz NOT NULL,
    -- NULL as long as it waits.
    ended_at       timestamptz,
    -- NULL too when the citizen withdrew.
    agency         text,
    referral_id    uuid,
    ruling         text,
    ruled_by       text,
    became_rule    boolean,
    UNIQUE (case_id, round)
);
CREATE INDEX arbitration_open ON arbitration (asked_at, arbitration_id) WHERE ended_at IS NULL;
