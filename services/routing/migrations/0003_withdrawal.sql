-- A case that the citizen withdrew. The withdrawal may be heard before the registration: then the row is there without
-- its content, and the registration, which comes second to the same key, places nothing.
ALTER TABLE case_copy ADD COLUMN withdrawn_at timestamptz;

-- The case's programme: whose policy of rulings governs what is done on the referral.
ALTER TABLE referral ADD COLUMN programme text NOT NULL DEFAULT '';
