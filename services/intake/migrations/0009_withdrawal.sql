-- A withdrawn case (samad.intake.v1.CaseState 5) is closed without an answer.
ALTER TABLE case_file DROP CONSTRAINT case_file_check;
ALTER TABLE case_file
    ADD COLUMN withdrawal_reason text NOT NULL DEFAULT '',
    ADD CONSTRAINT case_file_closed_when CHECK ((state IN (4, 5)) = (closed_at IS NOT NULL));
