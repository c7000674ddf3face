-- The first shape of the data file.
CREATE TABLE intake (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	state TEXT, 
	channel TEXT, 
	received_at TEXT, 
	customer TEXT, 
	from_whom TEXT, 
	customer_po TEXT, 
	content TEXT, 
	"order" TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY("order") REFERENCES sales_order (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_intake_customer ON intake (customer);

CREATE INDEX ix_intake_number ON intake (number);

CREATE INDEX ix_intake_order ON intake ("order");

CREATE INDEX ix_intake_state_received_at ON intake (state, received_at);

CREATE TABLE sales_order (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	stage TEXT, 
	state TEXT, 
	customer TEXT, 
	customer_po TEXT, 
	channel TEXT, 
	received_at TEXT, 
	order_date TEXT, 
	due_date TEXT, 
	contact TEXT, 
	phone TEXT, 
	address TEXT, 
	settle TEXT, 
	salesperson TEXT, 
	amount INTEGER, 
	question TEXT, 
	answer TEXT, 
	note TEXT, 
	confirmed_at TEXT, 
	confirmed_by TEXT, 
	cancel_reason TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_sales_order_customer_po ON sales_order (customer_po);

CREATE INDEX ix_sales_order_customer_void_order_date ON sales_order (customer, void, order_date);

CREATE INDEX ix_sales_order_number ON sales_order (number);

CREATE INDEX ix_sales_order_stage_due_date ON sales_order (stage, due_date);

CREATE INDEX ix_sales_order_void_order_date ON sales_order (void, order_date);

CREATE TABLE order_line (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	"order" TEXT, 
	seq INTEGER, 
	product TEXT, 
	qty INTEGER, 
	price INTEGER, 
	amount INTEGER, 
	due_date TEXT, 
	note TEXT, 
	delivered INTEGER, 
	PRIMARY KEY (uid), 
	FOREIGN KEY("order") REFERENCES sales_order (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(product) REFERENCES product (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_order_line_order ON order_line ("order");

CREATE INDEX ix_order_line_product ON order_line (product);

CREATE TABLE route_slip (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	"order" TEXT, 
	route TEXT, 
	passed_at TEXT, 
	how TEXT, 
	received_by TEXT, 
	received_at TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY("order") REFERENCES sales_order (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_route_slip_number ON route_slip (number);

CREATE INDEX ix_route_slip_order ON route_slip ("order");

CREATE TABLE delivery (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	customer TEXT, 
	"order" TEXT, 
	day TEXT, 
	consignee TEXT, 
	phone TEXT, 
	address TEXT, 
	carrier TEXT, 
	tracking TEXT, 
	amount INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY("order") REFERENCES sales_order (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_delivery_customer ON delivery (customer);

CREATE INDEX ix_delivery_number ON delivery (number);

CREATE INDEX ix_delivery_order ON delivery ("order");

CREATE TABLE delivery_line (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	delivery TEXT, 
	seq INTEGER, 
	order_line TEXT, 
	product TEXT, 
	qty INTEGER, 
	price INTEGER, 
	amount INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(delivery) REFERENCES delivery (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(order_line) REFERENCES order_line (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(product) REFERENCES product (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_delivery_line_delivery ON delivery_line (delivery);

CREATE INDEX ix_delivery_line_order_line ON delivery_line (order_line);

CREATE INDEX ix_delivery_line_product ON delivery_line (product);

CREATE TABLE order_layout (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	customer TEXT, 
	signature TEXT, 
	mapping TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_order_layout_customer ON order_layout (customer);

CREATE TABLE customer_word (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	customer TEXT, 
	words TEXT, 
	product TEXT, 
	unit TEXT, 
	unit_qty INTEGER, 
	times INTEGER, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(product) REFERENCES product (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_customer_word_customer ON customer_word (customer);

CREATE INDEX ix_customer_word_product ON customer_word (product);

CREATE TABLE order_change (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	"order" TEXT, 
	version INTEGER, 
	kind TEXT, 
	reason_text TEXT, 
	summary TEXT, 
	made_at TEXT, 
	made_by TEXT, 
	reviewer TEXT, 
	reviewed_at TEXT, 
	"before" TEXT, 
	"after" TEXT, 
	old_prints TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY("order") REFERENCES sales_order (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_order_change_made_at ON order_change (made_at);

CREATE INDEX ix_order_change_number ON order_change (number);

CREATE INDEX ix_order_change_order_version ON order_change ("order", version);

CREATE TABLE change_notice (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	change TEXT, 
	"order" TEXT, 
	seq INTEGER, 
	who TEXT, 
	person TEXT, 
	state TEXT, 
	needed INTEGER, 
	told_how TEXT, 
	told_at TEXT, 
	told_by TEXT, 
	ack_by TEXT, 
	ack_at TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(change) REFERENCES order_change (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY("order") REFERENCES sales_order (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_change_notice_change ON change_notice (change);

CREATE INDEX ix_change_notice_order ON change_notice ("order");

CREATE INDEX ix_change_notice_state_who ON change_notice (state, who);

CREATE TABLE customer (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	code TEXT, 
	name TEXT, 
	short_name TEXT, 
	lifecycle TEXT, 
	grade TEXT, 
	industry TEXT, 
	region TEXT, 
	scope TEXT, 
	salesperson TEXT, 
	tags TEXT, 
	contact TEXT, 
	phone TEXT, 
	email TEXT, 
	wechat TEXT, 
	address TEXT, 
	invoice_title TEXT, 
	tax_id TEXT, 
	bank TEXT, 
	bank_account TEXT, 
	invoice_address TEXT, 
	invoice_phone TEXT, 
	settle TEXT, 
	credit_limit INTEGER, 
	credit_days INTEGER, 
	receivable INTEGER, 
	receivable_day TEXT, 
	file_box TEXT, 
	verified_on TEXT, 
	stopped INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_customer_code ON customer (code);

CREATE INDEX ix_customer_name ON customer (name);

CREATE INDEX ix_customer_phone ON customer (phone);

CREATE INDEX ix_customer_tax_id ON customer (tax_id);

CREATE TABLE customer_contact (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	customer TEXT, 
	seq INTEGER, 
	name TEXT, 
	title TEXT, 
	phone TEXT, 
	wechat TEXT, 
	email TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_customer_contact_customer ON customer_contact (customer);

CREATE TABLE customer_address (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	customer TEXT, 
	seq INTEGER, 
	name TEXT, 
	address TEXT, 
	consignee TEXT, 
	phone TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(customer) REFERENCES customer (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_customer_address_customer ON customer_address (customer);

CREATE TABLE product_category (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	name TEXT, 
	route TEXT, 
	note TEXT, 
	PRIMARY KEY (uid)
);

CREATE TABLE product (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	code TEXT, 
	name TEXT, 
	spec TEXT, 
	unit TEXT, 
	category TEXT, 
	brand TEXT, 
	barcode TEXT, 
	aliases TEXT, 
	pack_unit TEXT, 
	pack_qty INTEGER, 
	list_price INTEGER, 
	floor_price INTEGER, 
	cost INTEGER, 
	tax_rate INTEGER, 
	on_hand INTEGER, 
	min_stock INTEGER, 
	lead_days INTEGER, 
	stopped INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(category) REFERENCES product_category (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_product_barcode ON product (barcode);

CREATE INDEX ix_product_category ON product (category);

CREATE INDEX ix_product_code ON product (code);

CREATE INDEX ix_product_name ON product (name);

CREATE TABLE stock_move (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	product TEXT, 
	qty INTEGER, 
	day TEXT, 
	reason TEXT, 
	source TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(product) REFERENCES product (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_stock_move_product_void_qty ON stock_move (product, void, qty);

CREATE INDEX ix_stock_move_source ON stock_move (source);

CREATE TABLE expense_claim (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	day TEXT, 
	claimant TEXT, 
	department TEXT, 
	vouchers INTEGER, 
	loan INTEGER, 
	amount INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_expense_claim_number ON expense_claim (number);

CREATE INDEX ix_expense_claim_void_day ON expense_claim (void, day);

CREATE TABLE expense_line (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	claim TEXT, 
	seq INTEGER, 
	item TEXT, 
	summary TEXT, 
	amount INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(claim) REFERENCES expense_claim (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_expense_line_claim ON expense_line (claim);

CREATE TABLE print_log (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	owner TEXT, 
	paper TEXT, 
	number TEXT, 
	nth INTEGER, 
	printed_at TEXT, 
	pages INTEGER, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_print_log_owner ON print_log (owner);

CREATE TABLE attachment (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	owner TEXT, 
	entity TEXT, 
	name TEXT, 
	sha256 TEXT, 
	size INTEGER, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_attachment_owner ON attachment (owner);

CREATE TABLE meta (
	"key" TEXT NOT NULL, 
	value TEXT, 
	PRIMARY KEY ("key")
);

CREATE TABLE now (
	id INTEGER NOT NULL, 
	op INTEGER, 
	applying INTEGER DEFAULT '0' NOT NULL, 
	device TEXT NOT NULL, 
	letter TEXT NOT NULL, 
	n INTEGER DEFAULT '0' NOT NULL, 
	hlc INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE operation (
	id INTEGER NOT NULL, 
	device TEXT NOT NULL, 
	n INTEGER NOT NULL, 
	hlc INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	verb TEXT DEFAULT '' NOT NULL, 
	operator TEXT DEFAULT '' NOT NULL, 
	role TEXT DEFAULT '' NOT NULL, 
	at TEXT NOT NULL, 
	reason TEXT, 
	undoes INTEGER, 
	PRIMARY KEY (id), 
	UNIQUE (device, n)
);

CREATE INDEX ix_operation_undoes ON operation (undoes) WHERE undoes IS NOT NULL;

CREATE TABLE change (
	id INTEGER NOT NULL, 
	op INTEGER NOT NULL, 
	entity TEXT NOT NULL, 
	uid TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	"before" TEXT, 
	"after" TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_change_op ON change (op);

CREATE INDEX ix_change_uid ON change (uid);

CREATE TABLE numbering (
	series TEXT NOT NULL, 
	last INTEGER NOT NULL, 
	PRIMARY KEY (series)
);

CREATE TABLE draft (
	uid TEXT NOT NULL, 
	entity TEXT NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	payload TEXT NOT NULL, 
	saved_at TEXT NOT NULL, 
	PRIMARY KEY (uid)
);

CREATE TABLE setting (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);

CREATE TABLE search_doc (
	id INTEGER NOT NULL, 
	entity TEXT NOT NULL, 
	uid TEXT NOT NULL, 
	title TEXT NOT NULL, 
	subtitle TEXT DEFAULT '' NOT NULL, 
	keys TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (uid)
);

CREATE INDEX ix_search_doc_entity ON search_doc (entity);

CREATE VIRTUAL TABLE search_gram USING fts5(grams, content='', contentless_delete=1, detail=none, prefix='1');
