-- What whoever calls a closed centre is told. Of closures heard before, `samad outbox replay --service deadline` tells it.
ALTER TABLE closure ADD COLUMN reason_fa text NOT NULL DEFAULT '';
