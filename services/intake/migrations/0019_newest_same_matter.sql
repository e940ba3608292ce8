-- Of many cases of one matter the newest are found first: those that were closed since the last vacuum lie behind them.
DROP INDEX case_open_of_matter_a;
DROP INDEX case_open_of_matter_b;
CREATE INDEX case_open_of_matter_a ON case_file (matter_a, case_id DESC) WHERE closed_at IS NULL AND matter_a IS NOT NULL;
CREATE INDEX case_open_of_matter_b ON case_file (matter_b, case_id DESC) WHERE closed_at IS NULL AND matter_b IS NOT NULL;
