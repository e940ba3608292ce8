-- By what open cases of the same matter are found. Each index holds open cases only: closing a case takes it out.
ALTER TABLE case_file
    -- Keyed hash of the caller's number; NULL where none was given.
    ADD COLUMN caller_hash bytea,
    -- Keys of the text in its place and topic (domain/matter.rs); NULL where it says too little.
    ADD COLUMN matter_a bigint,
    ADD COLUMN matter_b bigint;
CREATE INDEX case_open_of_citizen ON case_file (citizen_hash) WHERE closed_at IS NULL AND citizen_hash IS NOT NULL;
CREATE INDEX case_open_of_caller ON case_file (caller_hash) WHERE closed_at IS NULL AND caller_hash IS NOT NULL;
CREATE INDEX case_open_of_matter_a ON case_file (matter_a) WHERE closed_at IS NULL AND matter_a IS NOT NULL;
CREATE INDEX case_open_of_matter_b ON case_file (matter_b) WHERE closed_at IS NULL AND matter_b IS NOT NULL;

-- Why a new case although an open one seemed to be of the same matter.
ALTER TABLE contact_note ADD COLUMN new_case_reason text NOT NULL DEFAULT '';

ALTER TABLE desk_policy
    -- samad.intake.v1.SameMatterRule
    ADD COLUMN same_matter smallint NOT NULL DEFAULT 2,
    ADD COLUMN alike_percent integer NOT NULL DEFAULT 50 CHECK (alike_percent BETWEEN 1 AND 100);
