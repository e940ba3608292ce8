-- Which additions to a case were heard: the key makes each have one effect however often it is heard.
CREATE TABLE amendment (
    case_id      uuid NOT NULL REFERENCES case_copy,
    -- The contact that added it.
    amendment_id uuid NOT NULL,
    PRIMARY KEY (case_id, amendment_id)
);
