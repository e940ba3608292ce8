-- Notices that are to be sent lie in a table of their own, as small as what waits: most notices are then written twice, when
-- they are made and when they are settled, and the second time touches no index. Stop notification before this update: a
-- replica of before would send what it has in hand under the ids of before.
CREATE TABLE sending (
    notice_id    uuid        PRIMARY KEY,
    -- By the deployment's clock; the epoch: at once.
    next_at      timestamptz NOT NULL,
    created_at   timestamptz NOT NULL,
    attempts     integer     NOT NULL DEFAULT 0,
    -- By the database's clock, for it guards work of the machine: a replica is sending it until then.
    leased_until timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 50);
CREATE INDEX sending_next ON sending (next_at, created_at);

-- A notice's id begins as that of the fact it tells of does: notices of one time lie beside each other in the index, which is
-- therefore written where it was written before. What was told keeps being known as told.
UPDATE notice SET notice_id = (left(cause_fact_id::text, 14) || '8' || substr(notice_id::text, 16))::uuid;
INSERT INTO sending (notice_id, next_at, created_at, attempts, leased_until)
    SELECT notice_id, next_at, created_at, attempts, leased_until FROM notice WHERE state = 1;

DROP INDEX notice_pending;
ALTER TABLE notice DROP COLUMN leased_until;
-- What was made together is settled together: all rows of a page may have a second version at once.
ALTER TABLE notice SET (fillfactor = 50);
COMMENT ON COLUMN notice.next_at IS 'When it is to be sent first, by the deployment''s clock';
