-- Who stands above an agency: complaints about its manager go there (rule 9). Empty: unknown, a person decides.
ALTER TABLE agency ADD COLUMN supervisor text NOT NULL DEFAULT '';
