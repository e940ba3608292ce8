-- Reports that were issued (rule 10): by the leaves they were built from they can be built again, to the same bytes.
CREATE TABLE report (
    -- 1404-07, 1404-q3.
    period text NOT NULL,
    -- Empty: the whole country.
    province text NOT NULL,
    ledger_size bigint NOT NULL CHECK (ledger_size >= 0),
    policy text NOT NULL,
    policy_version integer NOT NULL,
    json_sha256 bytea NOT NULL,
    xlsx_sha256 bytea NOT NULL,
    issued_at timestamptz NOT NULL,
    PRIMARY KEY (period, province)
);
