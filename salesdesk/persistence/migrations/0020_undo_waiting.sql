-- undo_waiting
CREATE TABLE undo_waiting (
	op INTEGER NOT NULL, 
	device TEXT NOT NULL, 
	n INTEGER NOT NULL, 
	PRIMARY KEY (op)
);
