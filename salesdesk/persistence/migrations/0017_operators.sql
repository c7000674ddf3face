-- operators
CREATE TABLE operator (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	name TEXT, 
	role TEXT, 
	active INTEGER, 
	allowed TEXT, 
	denied TEXT, 
	password TEXT, 
	PRIMARY KEY (uid)
);
