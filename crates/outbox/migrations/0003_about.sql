-- What a fact is about (ce-subject). Empty in facts of before, whose subject ends in it.
ALTER TABLE outbox.fact ADD COLUMN about text NOT NULL DEFAULT '';
