-- Trigrams find what is misspelt. The extension is trusted: whoever owns the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- The guidance base (rule 11): every version stays, so that what was cited can be read as it was.
CREATE TABLE guidance_entry (
    entry      text        NOT NULL,
    version    integer     NOT NULL CHECK (version > 0),
    kind       smallint    NOT NULL,
    province   text        NOT NULL,
    agency     text        NOT NULL,
    topics     text[]      NOT NULL,
    title      text        NOT NULL,
    keywords   text[]      NOT NULL,
    body       text        NOT NULL,
    lawful_way text        NOT NULL,
    source     text        NOT NULL,
    rungs      smallint[]  NOT NULL,
    withdrawn  boolean     NOT NULL,
    adopted_at timestamptz NOT NULL,
    -- SHA-256 of the content: an import of the same changes nothing.
    digest     bytea       NOT NULL,
    is_current boolean     NOT NULL DEFAULT true,
    -- Stems and sounds are made by the service (domain/persian.rs): no locale of a database decides what is found.
    lexemes    tsvector    NOT NULL,
    sound      text        NOT NULL,
    PRIMARY KEY (entry, version)
);
CREATE UNIQUE INDEX guidance_current ON guidance_entry (entry) WHERE is_current;
CREATE INDEX guidance_by_stem ON guidance_entry USING gin (lexemes) WHERE is_current AND NOT withdrawn;
CREATE INDEX guidance_by_sound ON guidance_entry USING gin (sound gin_trgm_ops) WHERE is_current AND NOT withdrawn;

-- What the operator was shown and what was cited, kept with the contact.
CREATE TABLE contact_guidance (
    contact_id uuid     NOT NULL,
    place      smallint NOT NULL,
    entry      text     NOT NULL,
    version    integer  NOT NULL,
    -- 0 was cited; from 1 on in the order shown.
    PRIMARY KEY (contact_id, place)
);

-- What only some contacts have, apart from them so that the others pay nothing for it.
CREATE TABLE contact_note (
    contact_id      uuid PRIMARY KEY,
    -- The PBX's id of the call; NULL when it came by none.
    call_id         text,
    -- With an inaction complaint: the referral it complains of, and the case it opened.
    about_referral  uuid,
    complaint       uuid,
    -- The case that it complains of or adds to.
    about_case      uuid,
    lawful_way      text NOT NULL
);
CREATE INDEX note_of_call ON contact_note (call_id) WHERE call_id IS NOT NULL;
CREATE INDEX note_of_referral ON contact_note (about_referral) WHERE about_referral IS NOT NULL;
CREATE INDEX note_of_case ON contact_note (about_case) WHERE about_case IS NOT NULL;
