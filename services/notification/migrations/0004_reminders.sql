-- Recipients of an agency are told for what its time runs out (rule 5).
ALTER TABLE recipient ADD COLUMN agency text NOT NULL DEFAULT '';
DROP INDEX recipient_province;
CREATE INDEX recipient_province ON recipient (province) WHERE NOT withdrawn AND agency = '';
CREATE INDEX recipient_agency ON recipient (agency) WHERE NOT withdrawn AND agency <> '';

-- What an agency is to be reminded of, so that it is told once a day and not one by one.
CREATE TABLE reminder (
    referral_id uuid    NOT NULL,
    -- The day in Tehran on which it was stated.
    day         date    NOT NULL,
    -- Until the agency's time is over; 0 or less: it is.
    days_left   integer NOT NULL,
    agency      text    NOT NULL,
    PRIMARY KEY (referral_id, day, days_left)
);
CREATE INDEX reminder_of_day ON reminder (day, agency);
