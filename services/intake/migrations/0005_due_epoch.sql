-- A deadline moves: of what deadline said of a referral the highest epoch counts, in whatever order it is heard.
ALTER TABLE referral_due ADD COLUMN epoch integer NOT NULL DEFAULT 0;
ALTER TABLE referral_due DROP COLUMN said_at;
