-- How many agencies got the case in the same step: it is not answered before all of them were heard of.
ALTER TABLE referral_seen ADD COLUMN agencies integer NOT NULL DEFAULT 0;
