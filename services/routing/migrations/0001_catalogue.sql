-- What routing decides by. Imported as data; every import that changes something moves the version.
CREATE TABLE catalogue_version (
    one           boolean PRIMARY KEY DEFAULT true CHECK (one),
    version       bigint  NOT NULL DEFAULT 0,
    -- Pseudonyms are keyed by it: 244 random bits that never leave this database.
    pseudonym_key text    NOT NULL DEFAULT gen_random_uuid()::text || gen_random_uuid()::text
);
INSERT INTO catalogue_version DEFAULT VALUES;

CREATE TABLE agency (
    code     text     PRIMARY KEY,
    -- Empty for a national body.
    province text     NOT NULL,
    name_fa  text     NOT NULL,
    name_en  text     NOT NULL,
    -- samad.routing.v1.WireFormat
    format   smallint NOT NULL
);

CREATE TABLE topic (
    code    text PRIMARY KEY,
    -- Empty for a root.
    parent  text NOT NULL,
    name_fa text NOT NULL,
    name_en text NOT NULL
);

-- Empty province or county: every one.
CREATE TABLE rule (
    topic    text NOT NULL REFERENCES topic,
    province text NOT NULL,
    county   text NOT NULL,
    agency   text NOT NULL REFERENCES agency,
    PRIMARY KEY (topic, province, county)
);
