-- What became of officials' announced slots, on the day of each.
ALTER TABLE figure_daily
    ADD COLUMN slots_kept bigint NOT NULL DEFAULT 0,
    ADD COLUMN slots_missed bigint NOT NULL DEFAULT 0,
    ADD COLUMN slots_uncovered bigint NOT NULL DEFAULT 0;
