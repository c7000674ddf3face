-- documents_review
ALTER TABLE "destruction_line" ADD COLUMN number TEXT;

ALTER TABLE "destruction_line" ADD COLUMN keep_until TEXT;

CREATE INDEX ix_document_number_number ON document_number (number);

CREATE TABLE erased_file (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	owner TEXT, 
	name TEXT, 
	sha256 TEXT, 
	size INTEGER, 
	erased_at TEXT, 
	why TEXT, 
	device TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_erased_file_owner ON erased_file (owner);

CREATE INDEX ix_erased_file_sha256 ON erased_file (sha256);
