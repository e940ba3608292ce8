-- What was escalated to management, so that it is told once a day and not one by one.
CREATE TABLE escalation (
    fact_id uuid PRIMARY KEY,
    -- To whom: a province, or empty for the whole country.
    scope   text NOT NULL,
    -- The day in Tehran on which it was.
    day     date NOT NULL,
    -- Empty: no agency holds that clock.
    agency  text NOT NULL
);

CREATE INDEX escalation_day ON escalation (day, scope);

-- What agencies are called; the latest name counts.
CREATE TABLE agency (
    agency   text PRIMARY KEY,
    name_fa  text        NOT NULL,
    named_at timestamptz NOT NULL
);
