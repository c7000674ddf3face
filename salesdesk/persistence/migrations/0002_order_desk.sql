-- order_desk
ALTER TABLE "intake" ADD COLUMN guessed TEXT;

ALTER TABLE "sales_order" ADD COLUMN asked_whom TEXT;

ALTER TABLE "sales_order" ADD COLUMN asked_how TEXT;

ALTER TABLE "sales_order" ADD COLUMN asked_by TEXT;

ALTER TABLE "sales_order" ADD COLUMN asked_at TEXT;

ALTER TABLE "sales_order" ADD COLUMN answer_due TEXT;

ALTER TABLE "sales_order" ADD COLUMN answered_by TEXT;

ALTER TABLE "sales_order" ADD COLUMN answered_at TEXT;

ALTER TABLE "sales_order" ADD COLUMN unsent INTEGER;

ALTER TABLE "sales_order" ADD COLUMN unbilled INTEGER;

ALTER TABLE "sales_order" ADD COLUMN prepaid INTEGER;

ALTER TABLE "sales_order" ADD COLUMN moved INTEGER;

ALTER TABLE "order_line" ADD COLUMN price_why TEXT;

ALTER TABLE "order_line" ADD COLUMN kind TEXT;

ALTER TABLE "order_line" ADD COLUMN gift_reason TEXT;

ALTER TABLE "order_line" ADD COLUMN closed INTEGER;

ALTER TABLE "order_line" ADD COLUMN close_reason TEXT;

ALTER TABLE "delivery" ADD COLUMN state TEXT;

ALTER TABLE "delivery" ADD COLUMN orders TEXT;

ALTER TABLE "delivery" ADD COLUMN vehicle TEXT;

ALTER TABLE "delivery" ADD COLUMN eta TEXT;

ALTER TABLE "delivery" ADD COLUMN checked_by TEXT;

ALTER TABLE "delivery" ADD COLUMN checked_at TEXT;

ALTER TABLE "delivery" ADD COLUMN signed_by TEXT;

ALTER TABLE "delivery" ADD COLUMN signed_on TEXT;

ALTER TABLE "delivery" ADD COLUMN signed_at TEXT;

ALTER TABLE "delivery" ADD COLUMN sign_note TEXT;

ALTER TABLE "delivery" ADD COLUMN cabinet TEXT;

ALTER TABLE "delivery" ADD COLUMN box TEXT;

ALTER TABLE "delivery" ADD COLUMN leaf TEXT;

ALTER TABLE "delivery" ADD COLUMN chased_at TEXT;

ALTER TABLE "delivery" ADD COLUMN chased INTEGER;

ALTER TABLE "delivery" ADD COLUMN to_bill INTEGER;

ALTER TABLE "delivery" ADD COLUMN owed INTEGER;

ALTER TABLE "delivery" ADD COLUMN due TEXT;

ALTER TABLE "delivery_line" ADD COLUMN counted INTEGER;

ALTER TABLE "delivery_line" ADD COLUMN rejected INTEGER;

ALTER TABLE "delivery_line" ADD COLUMN reject_reason TEXT;

ALTER TABLE "delivery_line" ADD COLUMN handling TEXT;

ALTER TABLE "delivery_line" ADD COLUMN to_bill INTEGER;

ALTER TABLE "delivery_line" ADD COLUMN owed INTEGER;

ALTER TABLE "customer" ADD COLUMN owed INTEGER;

ALTER TABLE "customer" ADD COLUMN unpaid INTEGER;

ALTER TABLE "customer" ADD COLUMN unbilled INTEGER;

ALTER TABLE "customer" ADD COLUMN undelivered INTEGER;

ALTER TABLE "customer" ADD COLUMN deposit INTEGER;

ALTER TABLE "customer" ADD COLUMN opening_left INTEGER;

ALTER TABLE "customer" ADD COLUMN late_from TEXT;

ALTER TABLE "print_log" ADD COLUMN size TEXT;

ALTER TABLE "print_log" ADD COLUMN printer TEXT;

ALTER TABLE "print_log" ADD COLUMN printed_by TEXT;

ALTER TABLE "print_log" ADD COLUMN sha256 TEXT;

ALTER TABLE "print_log" ADD COLUMN sheet TEXT;

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

CREATE INDEX ix_delivery_customer_owed ON delivery (customer, owed);

CREATE INDEX ix_delivery_state_day ON delivery (state, day);

CREATE TABLE check_rule (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	code TEXT, 
	title TEXT, 
	weight TEXT, 
	used INTEGER, 
	who TEXT, 
	note TEXT, 
	set_by TEXT, 
	set_at TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_check_rule_code ON check_rule (code);

CREATE TABLE order_release (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	"order" TEXT, 
	state TEXT, 
	rule TEXT, 
	title TEXT, 
	product TEXT, 
	problem TEXT, 
	asked_by TEXT, 
	asked_at TEXT, 
	asked_words TEXT, 
	decided_by TEXT, 
	decided_role TEXT, 
	decided_at TEXT, 
	reason TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY("order") REFERENCES sales_order (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(product) REFERENCES product (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_order_release_order ON order_release ("order");

CREATE INDEX ix_order_release_product ON order_release (product);

CREATE INDEX ix_order_release_state ON order_release (state);

CREATE TABLE order_basket (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	name TEXT, 
	customer TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_order_basket_customer ON order_basket (customer);

CREATE TABLE order_basket_line (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	basket TEXT, 
	seq INTEGER, 
	product TEXT, 
	qty INTEGER, 
	price INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(basket) REFERENCES order_basket (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(product) REFERENCES product (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_order_basket_line_basket ON order_basket_line (basket);

CREATE INDEX ix_order_basket_line_product ON order_basket_line (product);

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

CREATE TABLE receipt (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	day TEXT, 
	customer TEXT, 
	amount INTEGER, 
	method TEXT, 
	account TEXT, 
	reference TEXT, 
	rest INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_receipt_customer_rest ON receipt (customer, rest);

CREATE INDEX ix_receipt_number ON receipt (number);

CREATE INDEX ix_receipt_void_day ON receipt (void, day);

CREATE TABLE receipt_line (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	receipt TEXT, 
	seq INTEGER, 
	invoice TEXT, 
	"order" TEXT, 
	amount INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(receipt) REFERENCES receipt (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(invoice) REFERENCES sales_invoice (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY("order") REFERENCES sales_order (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_receipt_line_invoice ON receipt_line (invoice);

CREATE INDEX ix_receipt_line_order ON receipt_line ("order");

CREATE INDEX ix_receipt_line_receipt ON receipt_line (receipt);

CREATE TABLE sales_invoice (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	day TEXT, 
	state TEXT, 
	kind TEXT, 
	customer TEXT, 
	amount INTEGER, 
	tax_rate INTEGER, 
	due_date TEXT, 
	paid INTEGER, 
	unpaid INTEGER, 
	red_of TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(red_of) REFERENCES sales_invoice (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_sales_invoice_customer_unpaid ON sales_invoice (customer, unpaid);

CREATE INDEX ix_sales_invoice_number ON sales_invoice (number);

CREATE INDEX ix_sales_invoice_red_of ON sales_invoice (red_of);

CREATE INDEX ix_sales_invoice_void_day ON sales_invoice (void, day);

CREATE TABLE sales_invoice_line (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	invoice TEXT, 
	seq INTEGER, 
	about TEXT, 
	delivery TEXT, 
	"order" TEXT, 
	amount INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(invoice) REFERENCES sales_invoice (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(delivery) REFERENCES delivery (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY("order") REFERENCES sales_order (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_sales_invoice_line_delivery ON sales_invoice_line (delivery);

CREATE INDEX ix_sales_invoice_line_invoice ON sales_invoice_line (invoice);

CREATE INDEX ix_sales_invoice_line_order ON sales_invoice_line ("order");

CREATE TABLE statement (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	state TEXT, 
	customer TEXT, 
	month TEXT, 
	first TEXT, 
	last TEXT, 
	opening INTEGER, 
	delivered INTEGER, 
	invoiced INTEGER, 
	received INTEGER, 
	closing INTEGER, 
	sent_at TEXT, 
	sent_how TEXT, 
	sent_to TEXT, 
	signed_at TEXT, 
	signed_by TEXT, 
	dispute TEXT, 
	next_day TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_statement_customer_month ON statement (customer, month);

CREATE INDEX ix_statement_number ON statement (number);

CREATE INDEX ix_statement_state_next_day ON statement (state, next_day);

CREATE TABLE statement_figures (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	statement TEXT, 
	text TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(statement) REFERENCES statement (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_statement_figures_statement ON statement_figures (statement);

CREATE TABLE chase (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	customer TEXT, 
	at TEXT, 
	who TEXT, 
	how TEXT, 
	said TEXT, 
	promised_day TEXT, 
	promised INTEGER, 
	next_day TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_chase_customer_void_at ON chase (customer, void, at);

CREATE INDEX ix_chase_next_day ON chase (next_day);

CREATE INDEX ix_customer_late_from ON customer (late_from);

CREATE TABLE price_list (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	name TEXT, 
	customer TEXT, 
	grade TEXT, 
	stopped INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_price_list_customer ON price_list (customer);

CREATE TABLE price_line (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	list TEXT, 
	product TEXT, 
	from_qty INTEGER, 
	price INTEGER, 
	valid_from TEXT, 
	valid_to TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(list) REFERENCES price_list (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(product) REFERENCES product (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_price_line_list_product_valid_from_from_qty ON price_line (list, product, valid_from, from_qty);

CREATE INDEX ix_price_line_product ON price_line (product);

CREATE INDEX ix_price_line_valid_to ON price_line (valid_to);

CREATE TABLE promotion (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	name TEXT, 
	kind TEXT, 
	stacks INTEGER, 
	from_qty INTEGER, 
	price INTEGER, 
	discount INTEGER, 
	gift_product TEXT, 
	gift_qty INTEGER, 
	valid_from TEXT, 
	valid_to TEXT, 
	customer TEXT, 
	grade TEXT, 
	product TEXT, 
	category TEXT, 
	stopped INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(gift_product) REFERENCES product (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(product) REFERENCES product (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(category) REFERENCES product_category (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_promotion_category ON promotion (category);

CREATE INDEX ix_promotion_customer ON promotion (customer);

CREATE INDEX ix_promotion_gift_product ON promotion (gift_product);

CREATE INDEX ix_promotion_product ON promotion (product);

CREATE INDEX ix_promotion_valid_to ON promotion (valid_to);

CREATE TABLE dossier (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	state TEXT, 
	"order" TEXT, 
	customer TEXT, 
	customer_name TEXT, 
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

CREATE TABLE dossier_file (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	dossier TEXT, 
	seq INTEGER, 
	path TEXT, 
	what TEXT, 
	size INTEGER, 
	sha256 TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(dossier) REFERENCES dossier (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_dossier_file_dossier ON dossier_file (dossier);

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

DROP INDEX ix_delivery_customer;
