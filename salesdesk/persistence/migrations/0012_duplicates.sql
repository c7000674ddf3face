-- duplicates
ALTER TABLE "customer" ADD COLUMN former TEXT;

ALTER TABLE "customer" ADD COLUMN merged_into TEXT REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX ix_customer_merged_into ON customer (merged_into);

CREATE TABLE not_same (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	entity TEXT, 
	one TEXT, 
	other TEXT, 
	why TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_not_same_one ON not_same (one);

CREATE INDEX ix_not_same_other ON not_same (other);

CREATE TABLE alike_key (
	entity TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	uid TEXT NOT NULL, 
	PRIMARY KEY (entity, kind, "key", uid)
)
 WITHOUT ROWID;

CREATE INDEX ix_alike_key_uid ON alike_key (uid);
