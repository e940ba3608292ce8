CREATE TABLE effect (case_id text PRIMARY KEY, deliveries integer NOT NULL DEFAULT 1);
