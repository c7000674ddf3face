-- seal_names: the argument approver is the door's own
ALTER TABLE seal_use RENAME COLUMN approver TO approved_by;
