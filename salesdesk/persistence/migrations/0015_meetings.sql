-- meetings
CREATE TABLE meeting_room (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	name TEXT, 
	seats INTEGER, 
	fixed_gear TEXT, 
	place TEXT, 
	note TEXT, 
	PRIMARY KEY (uid)
);

CREATE TABLE meeting_gear (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	name TEXT, 
	count INTEGER, 
	keeper TEXT, 
	note TEXT, 
	PRIMARY KEY (uid)
);

CREATE TABLE meeting_series (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	title TEXT, 
	first_at TEXT, 
	repeat TEXT, 
	every INTEGER, 
	until TEXT, 
	on_holiday TEXT, 
	minutes INTEGER, 
	room TEXT, 
	place TEXT, 
	chair TEXT, 
	recorder TEXT, 
	people TEXT, 
	agenda TEXT, 
	needs TEXT, 
	carry INTEGER, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(room) REFERENCES meeting_room (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_meeting_series_room ON meeting_series (room);

CREATE TABLE meeting (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	title TEXT, 
	starts_at TEXT, 
	minutes INTEGER, 
	ends_at TEXT, 
	room TEXT, 
	place TEXT, 
	chair TEXT, 
	recorder TEXT, 
	purpose TEXT, 
	state TEXT, 
	why TEXT, 
	series TEXT, 
	series_day TEXT, 
	version INTEGER, 
	began_at TEXT, 
	closed_at TEXT, 
	minutes_state TEXT, 
	review_note TEXT, 
	reviewed_by TEXT, 
	reviewed_at TEXT, 
	sent_at TEXT, 
	sent_how TEXT, 
	invited INTEGER, 
	acked INTEGER, 
	knowing INTEGER, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(room) REFERENCES meeting_room (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(series) REFERENCES meeting_series (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_meeting_number ON meeting (number);

CREATE INDEX ix_meeting_room ON meeting (room);

CREATE INDEX ix_meeting_series_series_day ON meeting (series, series_day);

CREATE INDEX ix_meeting_starts_at ON meeting (starts_at);

CREATE INDEX ix_meeting_state_minutes_state ON meeting (state, minutes_state);

CREATE TABLE meeting_person (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	meeting TEXT, 
	seq INTEGER, 
	name TEXT, 
	part TEXT, 
	department TEXT, 
	state TEXT, 
	needed INTEGER, 
	told_how TEXT, 
	told_at TEXT, 
	told_by TEXT, 
	ack_by TEXT, 
	ack_at TEXT, 
	told_version INTEGER, 
	answer TEXT, 
	note TEXT, 
	attended INTEGER, 
	minutes_at TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(meeting) REFERENCES meeting (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_meeting_person_meeting ON meeting_person (meeting);

CREATE INDEX ix_meeting_person_name ON meeting_person (name);

CREATE INDEX ix_meeting_person_state ON meeting_person (state);

CREATE TABLE agenda_item (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	meeting TEXT, 
	seq INTEGER, 
	title TEXT, 
	minutes INTEGER, 
	speaker TEXT, 
	carried TEXT, 
	discussion TEXT, 
	began_at TEXT, 
	spent INTEGER, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(meeting) REFERENCES meeting (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(carried) REFERENCES resolution (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_agenda_item_carried ON agenda_item (carried);

CREATE INDEX ix_agenda_item_meeting ON agenda_item (meeting);

CREATE TABLE meeting_need (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	meeting TEXT, 
	seq INTEGER, 
	kind TEXT, 
	name TEXT, 
	count INTEGER, 
	who TEXT, 
	ready INTEGER, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(meeting) REFERENCES meeting (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_meeting_need_meeting ON meeting_need (meeting);

CREATE TABLE resolution (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	meeting TEXT, 
	item TEXT, 
	seq INTEGER, 
	kind TEXT, 
	text TEXT, 
	owner TEXT, 
	due TEXT, 
	state TEXT, 
	done_at TEXT, 
	done_by TEXT, 
	result TEXT, 
	put_off TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(meeting) REFERENCES meeting (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(item) REFERENCES agenda_item (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_resolution_item ON resolution (item);

CREATE INDEX ix_resolution_meeting_seq ON resolution (meeting, seq);

CREATE INDEX ix_resolution_state_due ON resolution (state, due);
