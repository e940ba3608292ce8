-- The latest moment at which one of the ledger's facts was stated: where a clock that follows the facts stands.
ALTER TABLE tree ADD COLUMN latest_at timestamptz NOT NULL DEFAULT to_timestamp(0);
UPDATE tree SET latest_at = coalesce((SELECT max(at) FROM leaf), to_timestamp(0));

-- Where the clock of each referral stands: [referral, how often it moved, due moment in microseconds]. Of cases counted
-- before clocks moved the referral is not known, and one stands for all.
ALTER TABLE case_figure ADD COLUMN dues jsonb NOT NULL DEFAULT '[]';
UPDATE case_figure
SET dues = jsonb_build_array(jsonb_build_array('00000000-0000-0000-0000-000000000000', 0, (extract(epoch FROM due_at) * 1000000)::bigint))
WHERE due_at IS NOT NULL;
