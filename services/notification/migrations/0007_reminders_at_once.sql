-- The hour of the day after which an agency is reminded; NULL: it can wait for the next morning.
ALTER TABLE reminder ADD COLUMN hour smallint;
