-- Which reopenings of a case were heard: the key makes each have one effect however often it is heard.
CREATE TABLE reopening (
    case_id   uuid    NOT NULL REFERENCES case_copy,
    reopening integer NOT NULL,
    PRIMARY KEY (case_id, reopening)
);
