-- When a key was first used: it is let go after a month.
ALTER TABLE request_key ADD COLUMN claimed_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX request_key_by_age ON request_key (claimed_at);
