-- Each province has an exchange of its own, and two may give the same id to a call.
ALTER TABLE work_item DROP CONSTRAINT work_item_call_id_key;
CREATE UNIQUE INDEX work_of_call ON work_item (call_id, province);
DROP INDEX recording_of_call;
CREATE UNIQUE INDEX recording_of_call ON recording (call_id, province) WHERE stored_at IS NOT NULL;

-- So has each a centre of the same name.
DROP INDEX work_waiting;
CREATE INDEX work_waiting ON work_item (province, centre, received_at, item_id) WHERE finished_at IS NULL;
