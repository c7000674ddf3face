-- approvals
CREATE TABLE approval_request (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	title TEXT, 
	about TEXT, 
	words TEXT, 
	state TEXT, 
	asked_by TEXT, 
	asked_at TEXT, 
	decided_by TEXT, 
	decided_at TEXT, 
	answer TEXT, 
	verb TEXT, 
	needs TEXT, 
	args TEXT, 
	record TEXT, 
	basis TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_approval_request_record ON approval_request (record);

CREATE INDEX ix_approval_request_state ON approval_request (state);
