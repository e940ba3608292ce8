-- A case was found among the open ones, and among those whose citizen is asked, by partial indexes of case_file: closing it
-- therefore wrote anew into every index of that table, at places as scattered as hashes are. What is found by now lies in
-- tables of its own, as small as what is open or asked; case_file's updates touch no index but that of groups (and need room on
-- the page). Stop intake before this update: a replica of before would not keep these tables.

-- Open cases, by what they are listed and found by.
CREATE TABLE open_case (
    case_id       uuid        PRIMARY KEY,
    registered_at timestamptz NOT NULL,
    citizen_hash  bytea,
    caller_hash   bytea,
    matter_a      bigint,
    matter_b      bigint
);
INSERT INTO open_case
    SELECT case_id, registered_at, citizen_hash, caller_hash, matter_a, matter_b FROM case_file WHERE closed_at IS NULL;
CREATE INDEX open_newest ON open_case (registered_at DESC, case_id DESC);
CREATE INDEX open_of_citizen ON open_case (citizen_hash, case_id DESC) WHERE citizen_hash IS NOT NULL;
CREATE INDEX open_of_caller ON open_case (caller_hash, case_id DESC) WHERE caller_hash IS NOT NULL;
CREATE INDEX open_of_matter_a ON open_case (matter_a, case_id DESC) WHERE matter_a IS NOT NULL;
CREATE INDEX open_of_matter_b ON open_case (matter_b, case_id DESC) WHERE matter_b IS NOT NULL;

-- Answered cases whose citizen is asked until some moment whether that solved the matter (rule 8).
CREATE TABLE awaited_case (
    case_id        uuid        PRIMARY KEY,
    feedback_until timestamptz NOT NULL,
    citizen_hash   bytea,
    caller_hash    bytea
);
INSERT INTO awaited_case
    SELECT case_id, feedback_until, citizen_hash, caller_hash FROM case_file WHERE feedback_until IS NOT NULL;
CREATE INDEX awaited_until ON awaited_case (feedback_until, case_id);
CREATE INDEX awaited_of_citizen ON awaited_case (citizen_hash, case_id DESC) WHERE citizen_hash IS NOT NULL;
CREATE INDEX awaited_of_caller ON awaited_case (caller_hash, case_id DESC) WHERE caller_hash IS NOT NULL;

DROP INDEX case_newest_open;
DROP INDEX case_feedback_until;
DROP INDEX case_open_of_citizen;
DROP INDEX case_open_of_caller;
DROP INDEX case_open_of_matter_a;
DROP INDEX case_open_of_matter_b;
DROP INDEX case_awaited_of_citizen;
DROP INDEX case_awaited_of_caller;
-- Cases that were opened together move together: all rows of a page may have a second version at once.
ALTER TABLE case_file SET (fillfactor = 50);
