-- Agencies that must act beside the rule's first; the case is answered when all are (rule 4).
ALTER TABLE rule ADD COLUMN also text[] NOT NULL DEFAULT '{}';

-- Referrals that a person added to a case, and why.
CREATE TABLE added_referral (
    referral_id uuid        PRIMARY KEY REFERENCES referral,
    reason      text        NOT NULL,
    added_by    text        NOT NULL,
    added_at    timestamptz NOT NULL
);
