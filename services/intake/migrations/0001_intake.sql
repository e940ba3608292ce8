-- Contacts as they were registered: written once, never changed.
CREATE TABLE contact (
    contact_id       uuid        PRIMARY KEY,
    -- Makes a registration repeatable; the keyed hash of its content tells a repeat from a mix-up.
    request_key      text        NOT NULL UNIQUE,
    request_digest   bytea       NOT NULL,
    -- NULL when guidance ended the contact.
    case_id          uuid,
    channel          smallint    NOT NULL,
    kind             smallint    NOT NULL,
    province         text        NOT NULL,
    county           text        NOT NULL,
    centre           text        NOT NULL,
    topic            text        NOT NULL,
    statement        text        NOT NULL,
    place            text        NOT NULL,
    -- 0 when a case was registered.
    guidance_rung    smallint    NOT NULL,
    guidance_citation text       NOT NULL,
    programme        text        NOT NULL,
    target_at        timestamptz,
    source_reference text        NOT NULL,
    occurred_at      timestamptz NOT NULL,
    recorded_at      timestamptz NOT NULL,
    -- Name, national id, phone and e-mail in one sealed message; NULL without identity.
    sealed_citizen   bytea
);

-- What becomes of a case. Its state moves three times: room on the page keeps those updates off the indexes.
CREATE TABLE case_file (
    case_id       uuid        PRIMARY KEY,
    contact_id    uuid        NOT NULL,
    tracking_code text        NOT NULL UNIQUE CHECK (tracking_code ~ '^\d{10}$'),
    province      text        NOT NULL,
    county        text        NOT NULL,
    topic         text        NOT NULL,
    -- Keyed hash of the national id; NULL without identity.
    citizen_hash  bytea,
    -- samad.intake.v1.CaseState
    state         smallint    NOT NULL DEFAULT 1,
    registered_at timestamptz NOT NULL,
    -- What the citizen was told at registration.
    promised_at   timestamptz,
    closed_at     timestamptz,
    answer        text        NOT NULL DEFAULT '',
    CHECK ((state = 4) = (closed_at IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX case_newest ON case_file (registered_at DESC, case_id DESC);
CREATE INDEX case_newest_in_province ON case_file (province, registered_at DESC, case_id DESC);
CREATE INDEX case_newest_open ON case_file (registered_at DESC, case_id DESC) WHERE closed_at IS NULL;
CREATE INDEX case_newest_of_citizen ON case_file (citizen_hash, registered_at DESC, case_id DESC)
    WHERE citizen_hash IS NOT NULL;

-- Referrals as far as their facts were heard, in whatever order.
CREATE TABLE referral_seen (
    referral_id uuid        PRIMARY KEY,
    case_id     uuid        NOT NULL,
    agency      text        NOT NULL,
    -- As the issuing fact named it; agency_name knows it better.
    name_fa     text        NOT NULL,
    -- 0 until a fact that tells it is heard.
    round       integer     NOT NULL,
    -- 1 issued, 2 accepted, 3 returned, 4 answered
    state       smallint    NOT NULL,
    since       timestamptz,
    answer      text        NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX referral_of_case ON referral_seen (case_id);

-- Apart from referral_seen: deadline's facts and routing's are heard at the same time and must not wait for each other.
CREATE TABLE referral_due (
    referral_id uuid        PRIMARY KEY,
    due_at      timestamptz,
    said_at     timestamptz NOT NULL
);

CREATE TABLE agency_name (
    agency  text        PRIMARY KEY,
    name_fa text        NOT NULL,
    said_at timestamptz NOT NULL
);

CREATE TABLE policy (
    policy         text        NOT NULL,
    version        integer     NOT NULL,
    programme      text        NOT NULL,
    length_days    integer     NOT NULL,
    honours_target boolean     NOT NULL,
    valid_from     timestamptz NOT NULL,
    PRIMARY KEY (policy, version)
);
CREATE INDEX policy_of_programme ON policy (programme);
