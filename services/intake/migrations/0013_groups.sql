-- Cases of many people on one thing: the case whose answer becomes this one's.
ALTER TABLE case_file ADD COLUMN lead_case uuid CHECK (lead_case <> case_id);
CREATE INDEX case_of_lead ON case_file (lead_case) WHERE lead_case IS NOT NULL;
