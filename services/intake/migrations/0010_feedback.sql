-- Whether an answer solved the matter (rule 8), and what that led to.
ALTER TABLE case_file
    ADD COLUMN reopenings integer NOT NULL DEFAULT 0,
    -- Rounds up to this one were answered before the last reopening and settle nothing any more.
    ADD COLUMN settled_round integer NOT NULL DEFAULT 0,
    -- Until when the citizen is asked; NULL when nothing is asked or no end is set.
    ADD COLUMN feedback_until timestamptz;
CREATE INDEX case_feedback_until ON case_file (feedback_until) WHERE feedback_until IS NOT NULL;

-- The citizen's word on one answer of a case, or its lapse.
CREATE TABLE feedback (
    case_id   uuid        NOT NULL,
    -- 1 the first answer, one more after each reopening.
    answer    integer     NOT NULL CHECK (answer > 0),
    -- samad.intake.v1.FeedbackVerdict; 0: nothing was said in time.
    verdict   smallint    NOT NULL,
    statement text        NOT NULL,
    -- samad.intake.v1.FeedbackOutcome; 0 with a lapse.
    outcome   smallint    NOT NULL,
    said_at   timestamptz NOT NULL,
    PRIMARY KEY (case_id, answer)
);

ALTER TABLE desk_policy
    ADD COLUMN feedback_days integer NOT NULL DEFAULT 0 CHECK (feedback_days >= 0),
    ADD COLUMN reopen_max integer NOT NULL DEFAULT 1 CHECK (reopen_max >= 0),
    -- samad.intake.v1.LastResort
    ADD COLUMN last_resort smallint NOT NULL DEFAULT 1;
