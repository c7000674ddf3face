-- access_log
CREATE TABLE access_log (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	at TEXT, 
	who TEXT, 
	what TEXT, 
	kind TEXT, 
	name TEXT, 
	content TEXT, 
	reason TEXT, 
	entity TEXT, 
	owner TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_access_log_at ON access_log (at);

CREATE INDEX ix_access_log_owner ON access_log (owner);
