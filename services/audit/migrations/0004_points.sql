-- Rule 6: who answers for an agency, what comes off their score, and why. All is written under the tree's lock.

-- Terms of office: a version, once recorded, never changes; the newest version of a term counts.
CREATE TABLE manager_term (
    agency text NOT NULL,
    first_day date NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    province text NOT NULL,
    manager text NOT NULL,
    name_fa text NOT NULL,
    title_fa text NOT NULL,
    last_day date CHECK (last_day >= first_day),
    withdrawn boolean NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (agency, first_day, version)
);

-- Policies of evaluations and reports: a version, once adopted, never changes.
CREATE TABLE policy (
    kind text NOT NULL CHECK (kind IN ('evaluation', 'report')),
    policy text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    content jsonb NOT NULL,
    adopted_at timestamptz NOT NULL,
    PRIMARY KEY (kind, policy, version)
);

-- Inaction complaints that were not answered in time, as deadline said; keyed by the fact that said so.
CREATE TABLE breach (
    breach_id uuid PRIMARY KEY,
    referral_id uuid NOT NULL,
    case_id uuid NOT NULL,
    agency text NOT NULL,
    province text NOT NULL,
    due_at timestamptz,
    breached_at timestamptz NOT NULL,
    stated_at timestamptz NOT NULL
);
CREATE INDEX breach_referral ON breach (referral_id);

-- Facts by which breaches of a referral do not count: those stated up to a moment, or (NULL) all of them.
CREATE TABLE breach_withdrawal (
    withdrawal_id uuid PRIMARY KEY,
    referral_id uuid NOT NULL,
    until_at timestamptz
);
CREATE INDEX breach_withdrawal_referral ON breach_withdrawal (referral_id);

-- Referrals of which something was heard that is not settled yet: the sweep's work.
CREATE TABLE unsettled (
    referral_id uuid PRIMARY KEY,
    -- When it last had to wait, for a manager in office or for the facts that are its evidence.
    looked_at timestamptz
);

CREATE TABLE deduction (
    breach_id uuid PRIMARY KEY REFERENCES breach,
    manager text NOT NULL,
    points integer NOT NULL CHECK (points >= 0),
    policy text NOT NULL,
    policy_version integer NOT NULL,
    breach_day date NOT NULL,
    evidence_index bigint[] NOT NULL,
    evidence_id uuid[] NOT NULL,
    evidence_fact text[] NOT NULL,
    deducted_at timestamptz NOT NULL,
    restored_at timestamptz,
    -- samad.audit.v1.RestoreReason.
    restore_reason smallint,
    CHECK ((restored_at IS NULL) = (restore_reason IS NULL)),
    CHECK (cardinality(evidence_index) = cardinality(evidence_id)),
    CHECK (cardinality(evidence_index) = cardinality(evidence_fact))
);

CREATE TABLE rebuttal (
    breach_id uuid PRIMARY KEY REFERENCES deduction,
    text text NOT NULL,
    filed_by text NOT NULL,
    filed_at timestamptz NOT NULL,
    -- samad.audit.v1.Ruling.
    ruling smallint,
    reason text,
    ruled_by text,
    ruled_at timestamptz,
    CHECK ((ruling IS NULL) = (ruled_at IS NULL))
);

-- How many leaves are audit's own facts.
ALTER TABLE tree ADD COLUMN own bigint NOT NULL DEFAULT 0 CHECK (own >= 0 AND own <= size);
