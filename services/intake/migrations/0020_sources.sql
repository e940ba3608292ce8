-- Cases by the program that filed them. No other contact costs anything here.
CREATE INDEX contact_filed ON contact (source_reference, recorded_at)
    WHERE source_reference LIKE 'open311/%' AND case_id IS NOT NULL;
