-- order_desk
CREATE TABLE line_feedback (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	"order" TEXT, 
	line TEXT, 
	product TEXT, 
	kind TEXT, 
	party TEXT, 
	said_by TEXT, 
	how TEXT, 
	said_at TEXT, 
	percent INTEGER, 
	words TEXT, 
	ready INTEGER, 
	promised TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY("order") REFERENCES sales_order (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(line) REFERENCES order_line (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(product) REFERENCES product (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_line_feedback_line_said_at ON line_feedback (line, said_at);

CREATE INDEX ix_line_feedback_order ON line_feedback ("order");

CREATE INDEX ix_line_feedback_product ON line_feedback (product);

CREATE TABLE line_promise (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	"order" TEXT, 
	line TEXT, 
	product TEXT, 
	promised TEXT, 
	"before" TEXT, 
	why TEXT, 
	words TEXT, 
	party TEXT, 
	said_by TEXT, 
	made_at TEXT, 
	made_by TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY("order") REFERENCES sales_order (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(line) REFERENCES order_line (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(product) REFERENCES product (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_line_promise_line_made_at ON line_promise (line, made_at);

CREATE INDEX ix_line_promise_order ON line_promise ("order");

CREATE INDEX ix_line_promise_product ON line_promise (product);

CREATE INDEX ix_line_promise_promised ON line_promise (promised);

CREATE TABLE order_problem (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	state TEXT, 
	kind TEXT, 
	grade TEXT, 
	"order" TEXT, 
	customer TEXT, 
	product TEXT, 
	what TEXT, 
	found_at TEXT, 
	found_by TEXT, 
	owner TEXT, 
	due TEXT, 
	next_step TEXT, 
	first_aid TEXT, 
	seller_due TEXT, 
	customer_due TEXT, 
	seller_told_at TEXT, 
	seller_told_how TEXT, 
	customer_told_at TEXT, 
	customer_told_how TEXT, 
	report_due TEXT, 
	reported_to TEXT, 
	reported_at TEXT, 
	report_how TEXT, 
	cause TEXT, 
	liable TEXT, 
	measures TEXT, 
	taught TEXT, 
	result TEXT, 
	review TEXT, 
	closed_at TEXT, 
	closed_by TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY("order") REFERENCES sales_order (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(product) REFERENCES product (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_order_problem_customer ON order_problem (customer);

CREATE INDEX ix_order_problem_found_at ON order_problem (found_at);

CREATE INDEX ix_order_problem_number ON order_problem (number);

CREATE INDEX ix_order_problem_order ON order_problem ("order");

CREATE INDEX ix_order_problem_product ON order_problem (product);

CREATE INDEX ix_order_problem_state_due ON order_problem (state, due);

CREATE TABLE dossier (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	state TEXT, 
	"order" TEXT, 
	customer TEXT, 
	region TEXT, 
	salesperson TEXT, 
	products TEXT, 
	order_date TEXT, 
	finished_on TEXT, 
	missing TEXT, 
	files INTEGER, 
	bytes INTEGER, 
	version INTEGER, 
	root TEXT, 
	folder TEXT, 
	zip TEXT, 
	sha256 TEXT, 
	content TEXT, 
	manifest TEXT, 
	filed_at TEXT, 
	filed_by TEXT, 
	place TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY("order") REFERENCES sales_order (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_dossier_customer ON dossier (customer);

CREATE INDEX ix_dossier_filed_at ON dossier (filed_at);

CREATE INDEX ix_dossier_finished_on ON dossier (finished_on);

CREATE INDEX ix_dossier_order ON dossier ("order");
