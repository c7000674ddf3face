-- order_desk
ALTER TABLE "intake" ADD COLUMN guessed TEXT;

CREATE TABLE task (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	words TEXT, 
	from_whom TEXT, 
	due TEXT, 
	note TEXT, 
	done_at TEXT, 
	result TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_task_done_at_due ON task (done_at, due);

CREATE TABLE omission_answer (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	kind TEXT, 
	customer TEXT, 
	subject TEXT, 
	why TEXT, 
	until TEXT, 
	note TEXT, 
	asked_at TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_omission_answer_customer_kind ON omission_answer (customer, kind);

CREATE TABLE call (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	customer TEXT, 
	at TEXT, 
	from_whom TEXT, 
	asked TEXT, 
	told TEXT, 
	promise TEXT, 
	due TEXT, 
	done_at TEXT, 
	result TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_call_customer_at ON call (customer, at);

CREATE INDEX ix_call_done_at_due ON call (done_at, due);

CREATE INDEX ix_call_number ON call (number);

CREATE TABLE todo_snooze (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	title TEXT, 
	entity TEXT, 
	owner TEXT, 
	verb TEXT, 
	until TEXT, 
	reason TEXT, 
	put_off_at TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_todo_snooze_owner_verb ON todo_snooze (owner, verb);

CREATE INDEX ix_todo_snooze_void_until ON todo_snooze (void, until);
