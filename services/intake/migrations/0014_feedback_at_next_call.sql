-- Answered cases of a caller whose word is awaited: asked at the next call (rule 8).
CREATE INDEX case_awaited_of_citizen ON case_file (citizen_hash) WHERE feedback_until IS NOT NULL AND citizen_hash IS NOT NULL;
CREATE INDEX case_awaited_of_caller ON case_file (caller_hash) WHERE feedback_until IS NOT NULL AND caller_hash IS NOT NULL;
