-- What waits for an agency's action (samad.routing.v1.ReferralState: issued, accepted), oldest first. It holds what is open only.
CREATE INDEX referral_waiting ON referral (agency, issued_at, referral_id) WHERE state IN (1, 2);
