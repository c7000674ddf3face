-- exchange
ALTER TABLE "now" ADD COLUMN seen INTEGER;

ALTER TABLE "now" ADD COLUMN chain TEXT;

ALTER TABLE "operation" ADD COLUMN seen INTEGER;

ALTER TABLE "operation" ADD COLUMN chain TEXT;

CREATE TABLE device (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	"key" TEXT, 
	name TEXT, 
	letter TEXT, 
	public TEXT, 
	joined TEXT, 
	removed INTEGER, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_device_key ON device ("key");

CREATE TABLE case_answer (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	"key" TEXT, 
	answer TEXT, 
	note TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_case_answer_key ON case_answer ("key");

CREATE TABLE seen (
	id INTEGER NOT NULL, 
	vector TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE peer (
	device TEXT NOT NULL, 
	n INTEGER NOT NULL, 
	idx INTEGER NOT NULL, 
	hash TEXT DEFAULT '' NOT NULL, 
	told TEXT DEFAULT '{}' NOT NULL, 
	PRIMARY KEY (device)
);

CREATE TABLE segment (
	device TEXT NOT NULL, 
	idx INTEGER NOT NULL, 
	first INTEGER NOT NULL, 
	last INTEGER NOT NULL, 
	hash TEXT NOT NULL, 
	data BLOB NOT NULL, 
	published INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (device, idx)
);

CREATE TABLE merge_case (
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	entity TEXT NOT NULL, 
	uid TEXT NOT NULL, 
	field TEXT DEFAULT '' NOT NULL, 
	told TEXT NOT NULL, 
	found_at TEXT NOT NULL, 
	PRIMARY KEY ("key")
);

CREATE INDEX ix_merge_case_uid ON merge_case (uid);

CREATE TABLE parked (
	entity TEXT NOT NULL, 
	uid TEXT NOT NULL, 
	PRIMARY KEY (entity, uid)
);
