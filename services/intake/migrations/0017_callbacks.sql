-- Call-backs on answers that the quality gate drew wait in the work list too: without a call, their id is the referral's.
ALTER TABLE work_item ALTER COLUMN call_id DROP NOT NULL;
ALTER TABLE work_item ADD CHECK ((call_id IS NULL) = (reason = 0));

CREATE TABLE callback (
    item_id   uuid     PRIMARY KEY,
    case_id   uuid     NOT NULL,
    agency    text     NOT NULL,
    -- Whether the citizen was reached; NULL while it waits.
    reached   boolean,
    -- samad.intake.v1.FeedbackVerdict
    verdict   smallint NOT NULL DEFAULT 0,
    statement text     NOT NULL DEFAULT '',
    -- Of which answer of the case it was the citizen's word (rule 8); 0: of none.
    answer    integer  NOT NULL DEFAULT 0
);
