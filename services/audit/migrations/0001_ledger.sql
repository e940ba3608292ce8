-- The ledger: one row a fact, the Merkle tree over them as C2SP tiles, and what was signed.

-- The one row that says how far the tree has grown. Whoever appends locks it: there is a single writer.
CREATE TABLE tree (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    size bigint NOT NULL CHECK (size >= 0),
    root bytea NOT NULL
) WITH (fillfactor = 50);

INSERT INTO tree (size, root) VALUES (0, sha256(''));

-- Every column but the payload is in the leaf's canonical bytes; the payload is committed to by HMAC.
CREATE TABLE leaf (
    idx bigint PRIMARY KEY CHECK (idx >= 0),
    fact_id uuid NOT NULL UNIQUE,
    fact text NOT NULL,
    at timestamptz NOT NULL,
    about uuid NOT NULL,
    commitment bytea NOT NULL,
    -- NULL once erased, together with the salt.
    payload bytea
);

-- A case's timeline. Facts about nobody in particular share the nil id and are never asked for by it.
CREATE INDEX leaf_about ON leaf (about) WHERE about <> '00000000-0000-0000-0000-000000000000';

-- Keys of the commitments; one for each case, or contact without a case. Dropping it erases what was committed.
CREATE TABLE case_salt (
    about uuid PRIMARY KEY,
    salt bytea NOT NULL
);

CREATE TABLE tile (
    level smallint NOT NULL,
    idx bigint NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (level, idx)
);

-- Hashes do not compress: trying costs time at every append.
ALTER TABLE tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE TABLE checkpoint (
    size bigint PRIMARY KEY CHECK (size > 0),
    root bytea NOT NULL,
    note text NOT NULL,
    signed_at timestamptz NOT NULL
);
