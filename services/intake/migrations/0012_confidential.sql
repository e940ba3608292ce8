-- Who may know of a case (rule 9), as computed at its registration.
ALTER TABLE case_file
    ADD COLUMN confidential boolean NOT NULL DEFAULT false,
    -- Of whose manager it complains; empty: of nobody's.
    ADD COLUMN about_manager text NOT NULL DEFAULT '';
