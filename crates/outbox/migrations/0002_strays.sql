-- After a standstill of days facts may have gone to the default partition, which then refuses a partition for their day:
-- they are moved into it.
CREATE OR REPLACE FUNCTION outbox.keep_partitions(keep_days integer) RETURNS void LANGUAGE plpgsql AS $$
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
            -- Nobody writes between the moving and the making.
            LOCK TABLE outbox.fact IN ACCESS EXCLUSIVE MODE;
            CREATE TEMPORARY TABLE stray ON COMMIT DROP AS
                SELECT * FROM outbox.fact_other
                WHERE created_at >= day::timestamp AT TIME ZONE 'UTC' AND created_at < (day + 1)::timestamp AT TIME ZONE 'UTC';
            DELETE FROM outbox.fact_other
                WHERE created_at >= day::timestamp AT TIME ZONE 'UTC' AND created_at < (day + 1)::timestamp AT TIME ZONE 'UTC';
            EXECUTE format('CREATE TABLE outbox.%I PARTITION OF outbox.fact FOR VALUES FROM (%L) TO (%L)',
                partition, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
            INSERT INTO outbox.fact OVERRIDING SYSTEM VALUE SELECT * FROM stray;
            DROP TABLE stray;
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
