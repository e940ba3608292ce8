-- What was in force when its next version was adopted holds until that begins; what had not begun never will. NULL: no next one.
ALTER TABLE hours_rule ADD COLUMN ends_before date;
UPDATE hours_rule SET ends_before = from_day WHERE NOT is_current;
DROP INDEX hours_current, hours_of_days;
ALTER TABLE hours_rule DROP COLUMN is_current;
CREATE UNIQUE INDEX hours_newest ON hours_rule (rule) WHERE ends_before IS NULL;

ALTER TABLE attendance_pattern ADD COLUMN ends_before date;
UPDATE attendance_pattern SET ends_before = from_day WHERE NOT is_current;
DROP INDEX attendance_pattern_current;
ALTER TABLE attendance_pattern DROP COLUMN is_current;
CREATE UNIQUE INDEX attendance_pattern_newest ON attendance_pattern (pattern) WHERE ends_before IS NULL;
