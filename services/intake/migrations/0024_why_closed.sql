-- What whoever calls a closed centre is told. Of closures heard before, `samad outbox replay --service deadline
-- --since DAY` tells it.
ALTER TABLE closure ADD COLUMN reason_fa text NOT NULL DEFAULT '';
