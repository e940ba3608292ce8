-- Who of the staff is told of a province, or with an empty one of the whole country.
CREATE TABLE recipient (
    recipient text    PRIMARY KEY,
    province  text    NOT NULL,
    -- Name and addresses, sealed as a citizen's are.
    sealed    bytea   NOT NULL,
    withdrawn boolean NOT NULL
);

CREATE INDEX recipient_province ON recipient (province) WHERE NOT withdrawn;

-- A notice is a citizen's or one of the staff's.
ALTER TABLE notice
    ALTER COLUMN case_id DROP NOT NULL,
    ADD COLUMN recipient text REFERENCES recipient,
    ADD CONSTRAINT notice_of_one CHECK ((case_id IS NULL) <> (recipient IS NULL));

CREATE INDEX notice_recipient ON notice (recipient, created_at) WHERE recipient IS NOT NULL;
CREATE INDEX notice_staff_cause ON notice (cause_fact_id) WHERE recipient IS NOT NULL;

-- What is sent along with the notices of a fact, kept until all of them are settled.
CREATE TABLE document (
    cause_fact_id uuid  NOT NULL,
    name          text  NOT NULL,
    bytes         bytea NOT NULL,
    PRIMARY KEY (cause_fact_id, name)
);
