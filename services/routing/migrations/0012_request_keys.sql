-- Actions that came by a call: which content an agency's key stands for, so that it never stands for another.
CREATE TABLE request_key (
    agency       text  NOT NULL,
    key          text  NOT NULL,
    -- SHA-256 of the action as it came.
    content_hash bytea NOT NULL,
    PRIMARY KEY (agency, key)
);
