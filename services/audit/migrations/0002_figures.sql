-- Folds over the ledger's facts; both tables can be rebuilt from it.

-- What the figures know of a case. Each part may be heard first, so each may be absent.
CREATE TABLE case_figure (
    case_id uuid PRIMARY KEY,
    province text,
    registered_at timestamptz,
    due_at timestamptz,
    answered_at timestamptz,
    closed_at timestamptz,
    CHECK ((province IS NULL) = (registered_at IS NULL))
) WITH (fillfactor = 80);

-- Overdue and open depends on the moment of asking, so it is counted then, over open cases only.
CREATE INDEX case_figure_overdue ON case_figure (due_at)
    WHERE closed_at IS NULL AND registered_at IS NOT NULL AND due_at IS NOT NULL;
CREATE INDEX case_figure_open ON case_figure (registered_at)
    WHERE closed_at IS NULL AND registered_at IS NOT NULL;

-- Days are Asia/Tehran's. Cases and what became of them count on the registration day, all else on its own day.
CREATE TABLE figure_daily (
    province text NOT NULL,
    day date NOT NULL,
    contacts bigint NOT NULL,
    guidance bigint NOT NULL,
    referrals bigint NOT NULL,
    actions bigint NOT NULL,
    notices_sent bigint NOT NULL,
    notices_failed bigint NOT NULL,
    cases bigint NOT NULL,
    answered bigint NOT NULL,
    on_time bigint NOT NULL,
    late bigint NOT NULL,
    PRIMARY KEY (province, day)
) WITH (fillfactor = 50);
