-- What later rounds of a case need: samad.intake.v1.CaseRegistered without the contact point.
-- Its key is what makes a case_registered heard twice have one effect.
CREATE TABLE case_copy (
    case_id    uuid  PRIMARY KEY,
    registered bytea NOT NULL
);

CREATE TABLE referral (
    referral_id uuid        PRIMARY KEY,
    case_id     uuid        NOT NULL REFERENCES case_copy,
    round       integer     NOT NULL,
    agency      text        NOT NULL,
    -- Of the case, not of the agency.
    province    text        NOT NULL,
    -- samad.routing.v1.ReferralState
    state       smallint    NOT NULL,
    issued_at   timestamptz NOT NULL,
    UNIQUE (case_id, round, agency)
) WITH (fillfactor = 80);

-- Every action that reached us with what became of it, so that a repeat hears the same verdict.
-- The key holds the agency: nobody can use up another's action ids.
CREATE TABLE action (
    -- As the agency wrote it, also when no such referral exists; all zeros when it was no id.
    referral_id      uuid        NOT NULL,
    action_id        uuid        NOT NULL,
    agency           text        NOT NULL,
    recorded_at      timestamptz NOT NULL,
    -- NULL when recorded.
    refusal          text,
    refused_field    text,
    -- samad.agency.v1.ActionKind and AnswerOutcome; 0 when unset.
    kind             smallint    NOT NULL,
    outcome          smallint    NOT NULL,
    text             text        NOT NULL,
    legal_reason     text        NOT NULL,
    acted_at         timestamptz,
    PRIMARY KEY (referral_id, action_id, agency)
);

-- Cases that wait for a person. One for each round that no rule decided.
CREATE TABLE desk_item (
    case_id     uuid        NOT NULL REFERENCES case_copy,
    round       integer     NOT NULL,
    province    text        NOT NULL,
    topic       text        NOT NULL,
    reason      text        NOT NULL,
    opened_at   timestamptz NOT NULL,
    -- NULL as long as it is open.
    assigned_at timestamptz,
    PRIMARY KEY (case_id, round)
);
CREATE INDEX desk_item_open ON desk_item (opened_at, case_id) WHERE assigned_at IS NULL;
CREATE INDEX desk_item_open_in_province ON desk_item (province, opened_at, case_id) WHERE assigned_at IS NULL;
