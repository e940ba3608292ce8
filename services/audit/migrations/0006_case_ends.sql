-- A case may be closed, opened again and closed again, or be taken back: closings and reopenings are counted, so that
-- the order of hearing leaves no trace.
ALTER TABLE case_figure
    ADD COLUMN closings integer NOT NULL DEFAULT 0,
    ADD COLUMN reopenings integer NOT NULL DEFAULT 0,
    ADD COLUMN withdrawn_at timestamptz;
UPDATE case_figure SET closings = 1 WHERE closed_at IS NOT NULL;

DROP INDEX case_figure_overdue;
DROP INDEX case_figure_open;
CREATE INDEX case_figure_overdue ON case_figure (due_at)
    WHERE closings <= reopenings AND withdrawn_at IS NULL AND registered_at IS NOT NULL AND due_at IS NOT NULL;
CREATE INDEX case_figure_open ON case_figure (registered_at)
    WHERE closings <= reopenings AND withdrawn_at IS NULL AND registered_at IS NOT NULL;

-- Withdrawn counts on the registration day of the case; reopenings and what citizens said of answers on their own day.
ALTER TABLE figure_daily
    ADD COLUMN withdrawn bigint NOT NULL DEFAULT 0,
    ADD COLUMN reopened bigint NOT NULL DEFAULT 0,
    ADD COLUMN solved bigint NOT NULL DEFAULT 0,
    ADD COLUMN not_solved bigint NOT NULL DEFAULT 0,
    ADD COLUMN no_reply bigint NOT NULL DEFAULT 0;
