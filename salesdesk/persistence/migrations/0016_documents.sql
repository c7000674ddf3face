-- documents
CREATE TABLE document (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	state TEXT, 
	kind TEXT, 
	type TEXT, 
	title TEXT, 
	sender TEXT, 
	outer_number TEXT, 
	day TEXT, 
	secrecy TEXT, 
	copies INTEGER, 
	due TEXT, 
	received_on TEXT, 
	received_by TEXT, 
	author TEXT, 
	scope TEXT, 
	customer TEXT, 
	"order" TEXT, 
	keywords TEXT, 
	retention TEXT, 
	cabinet TEXT, 
	box TEXT, 
	page TEXT, 
	filed_on TEXT, 
	keep_until TEXT, 
	lent_to TEXT, 
	held INTEGER, 
	held_why TEXT, 
	destroyed_on TEXT, 
	reviewed_by TEXT, 
	reviewed_at TEXT, 
	approved_by TEXT, 
	approved_at TEXT, 
	refused_why TEXT, 
	settled_at TEXT, 
	result TEXT, 
	files INTEGER, 
	note TEXT, 
	number_key TEXT, 
	source TEXT, 
	content TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY("order") REFERENCES sales_order (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_document_cabinet_box ON document (cabinet, box);

CREATE INDEX ix_document_customer ON document (customer);

CREATE INDEX ix_document_number ON document (number);

CREATE INDEX ix_document_order ON document ("order");

CREATE INDEX ix_document_source ON document (source);

CREATE INDEX ix_document_state_due ON document (state, due);

CREATE INDEX ix_document_state_keep_until ON document (state, keep_until);

CREATE TABLE document_receipt (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	document TEXT, 
	person TEXT, 
	answer TEXT, 
	part TEXT, 
	due TEXT, 
	copies INTEGER, 
	sent_at TEXT, 
	read_at TEXT, 
	done_at TEXT, 
	how TEXT, 
	said TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(document) REFERENCES document (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_document_receipt_answer_due ON document_receipt (answer, due);

CREATE INDEX ix_document_receipt_document ON document_receipt (document);

CREATE TABLE document_loan (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	state TEXT, 
	document TEXT, 
	borrower TEXT, 
	department TEXT, 
	purpose TEXT, 
	due TEXT, 
	asked_on TEXT, 
	approved_by TEXT, 
	approved_at TEXT, 
	lent_at TEXT, 
	reminded_at TEXT, 
	reminded INTEGER, 
	returned_at TEXT, 
	condition TEXT, 
	refused_why TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(document) REFERENCES document (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_document_loan_document_state ON document_loan (document, state);

CREATE INDEX ix_document_loan_number ON document_loan (number);

CREATE INDEX ix_document_loan_state_due ON document_loan (state, due);

CREATE TABLE contract (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	state TEXT, 
	code TEXT, 
	title TEXT, 
	type TEXT, 
	ours TEXT, 
	party TEXT, 
	customer TEXT, 
	"order" TEXT, 
	document TEXT, 
	amount INTEGER, 
	copies INTEGER, 
	signed_on TEXT, 
	starts TEXT, 
	expires TEXT, 
	owner TEXT, 
	legal_by TEXT, 
	legal_at TEXT, 
	legal_said TEXT, 
	manager_by TEXT, 
	manager_at TEXT, 
	manager_said TEXT, 
	ended_why TEXT, 
	performed INTEGER, 
	breaches INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY("order") REFERENCES sales_order (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(document) REFERENCES document (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_contract_customer ON contract (customer);

CREATE INDEX ix_contract_document ON contract (document);

CREATE INDEX ix_contract_number ON contract (number);

CREATE INDEX ix_contract_order ON contract ("order");

CREATE INDEX ix_contract_state_expires ON contract (state, expires);

CREATE TABLE seal_use (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	day TEXT, 
	seal TEXT, 
	paper TEXT, 
	copies INTEGER, 
	applicant TEXT, 
	department TEXT, 
	approver TEXT, 
	keeper TEXT, 
	document TEXT, 
	contract TEXT, 
	taken_out INTEGER, 
	due TEXT, 
	returned_at TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(document) REFERENCES document (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(contract) REFERENCES contract (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_seal_use_contract ON seal_use (contract);

CREATE INDEX ix_seal_use_document ON seal_use (document);

CREATE INDEX ix_seal_use_number ON seal_use (number);

CREATE TABLE destruction (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	state TEXT, 
	day TEXT, 
	until TEXT, 
	members TEXT, 
	opinion TEXT, 
	approved_by TEXT, 
	approved_at TEXT, 
	destroyed_on TEXT, 
	way TEXT, 
	witness_one TEXT, 
	witness_two TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_destruction_number ON destruction (number);

CREATE TABLE document_number (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	standing TEXT, 
	type TEXT, 
	year INTEGER, 
	letter TEXT, 
	serial INTEGER, 
	document TEXT, 
	title TEXT, 
	given_at TEXT, 
	given_by TEXT, 
	why TEXT, 
	sort_key TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(document) REFERENCES document (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_document_number_document ON document_number (document);

CREATE INDEX ix_document_number_type_year_letter_serial ON document_number (type, year, letter, serial);

CREATE TABLE paper_template (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	name TEXT, 
	about TEXT, 
	file TEXT, 
	sha256 TEXT, 
	words TEXT, 
	changed_at TEXT, 
	note TEXT, 
	PRIMARY KEY (uid)
);

CREATE TABLE document_file (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	document TEXT, 
	version INTEGER, 
	name TEXT, 
	size INTEGER, 
	sha256 TEXT, 
	place TEXT, 
	added_at TEXT, 
	added_by TEXT, 
	note TEXT, 
	read_as TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(document) REFERENCES document (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_document_file_document_version ON document_file (document, version);

CREATE INDEX ix_document_file_sha256 ON document_file (sha256);

CREATE TABLE file_words (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	sha256 TEXT, 
	text TEXT, 
	how TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_file_words_sha256 ON file_words (sha256);

CREATE TABLE destruction_line (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	destruction TEXT, 
	seq INTEGER, 
	document TEXT, 
	decision TEXT, 
	years INTEGER, 
	why TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(destruction) REFERENCES destruction (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(document) REFERENCES document (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_destruction_line_destruction ON destruction_line (destruction);

CREATE INDEX ix_destruction_line_document ON destruction_line (document);

CREATE TABLE contract_event (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	contract TEXT, 
	seq INTEGER, 
	day TEXT, 
	kind TEXT, 
	what TEXT, 
	amount INTEGER, 
	liable TEXT, 
	settled_on TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(contract) REFERENCES contract (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_contract_event_contract ON contract_event (contract);
