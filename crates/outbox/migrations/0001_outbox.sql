-- Facts that this service states: written in the transaction that made them true, published by the relay.
CREATE SCHEMA IF NOT EXISTS outbox;

CREATE TABLE outbox.fact (
    id           bigint GENERATED ALWAYS AS IDENTITY,
    -- Identities are handed out before commits: only the transaction id tells what can still appear below.
    tx           xid8        NOT NULL DEFAULT pg_current_xact_id(),
    fact_id      uuid        NOT NULL,
    subject      text        NOT NULL,
    message      text        NOT NULL,
    content_type text        NOT NULL,
    happened_at  timestamptz NOT NULL,
    traceparent  text,
    data         bytea       NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now()
) PARTITION BY RANGE (created_at);

CREATE INDEX fact_order ON outbox.fact (tx, id);

-- Catches what no day's partition takes; stays empty as long as the relay runs once in two days.
CREATE TABLE outbox.fact_other PARTITION OF outbox.fact DEFAULT;

CREATE TABLE outbox.cursor (
    one               boolean     PRIMARY KEY DEFAULT true CHECK (one),
    tx                xid8        NOT NULL DEFAULT '0',
    id                bigint      NOT NULL DEFAULT 0,
    published         bigint      NOT NULL DEFAULT 0,
    -- The stream that the cursor speaks of: an emptied or shortened one is noticed by these.
    stream_created_at timestamptz,
    last_sequence     bigint      NOT NULL DEFAULT 0
);
INSERT INTO outbox.cursor DEFAULT VALUES;

CREATE TABLE outbox.dead_letter (
    id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consumer  text        NOT NULL,
    owner     text        NOT NULL,
    -- The fact's id, or one derived from the message where it has none: a letter dies once.
    letter    uuid        NOT NULL,
    subject   text        NOT NULL,
    headers   jsonb       NOT NULL,
    data      bytea       NOT NULL,
    reason    text        NOT NULL,
    attempts  integer     NOT NULL,
    died_at   timestamptz NOT NULL,
    UNIQUE (consumer, owner, letter)
);

-- One partition a UTC day, made two days ahead; those older than keep_days and published are dropped.
CREATE FUNCTION outbox.keep_partitions(keep_days integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    day date;
    partition text;
    unpublished boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('outbox.keep_partitions'));
    FOR ahead IN 0..2 LOOP
        day := (now() AT TIME ZONE 'UTC')::date + ahead;
        partition := 'fact_' || to_char(day, 'YYYYMMDD');
        IF to_regclass('outbox.' || partition) IS NULL THEN
            EXECUTE format('CREATE TABLE outbox.%I PARTITION OF outbox.fact FOR VALUES FROM (%L) TO (%L)',
                partition, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
        END IF;
    END LOOP;
    FOR partition IN
        SELECT relname FROM pg_inherits JOIN pg_class ON oid = inhrelid
        WHERE inhparent = 'outbox.fact'::regclass AND relname ~ '^fact_\d{8}$'
          AND to_date(substr(relname, 6), 'YYYYMMDD') < (now() AT TIME ZONE 'UTC')::date - keep_days
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM outbox.%I f, outbox.cursor c WHERE (f.tx, f.id) > (c.tx, c.id))',
            partition) INTO unpublished;
        IF NOT unpublished THEN
            EXECUTE format('DROP TABLE outbox.%I', partition);
        END IF;
    END LOOP;
END $$;
SELECT outbox.keep_partitions(30);
