-- supplies
CREATE TABLE supply (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	code TEXT, 
	name TEXT, 
	spec TEXT, 
	unit TEXT, 
	category TEXT, 
	barcode TEXT, 
	place TEXT, 
	lent INTEGER, 
	pack_unit TEXT, 
	pack_qty INTEGER, 
	vendor TEXT, 
	price INTEGER, 
	on_hand INTEGER, 
	value INTEGER, 
	on_order INTEGER, 
	min_stock INTEGER, 
	max_stock INTEGER, 
	stopped INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(vendor) REFERENCES supply_vendor (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_supply_barcode ON supply (barcode);

CREATE INDEX ix_supply_code ON supply (code);

CREATE INDEX ix_supply_name ON supply (name);

CREATE INDEX ix_supply_vendor ON supply (vendor);

CREATE TABLE supply_request (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	state TEXT, 
	day TEXT, 
	staff TEXT, 
	department TEXT, 
	needed TEXT, 
	purpose TEXT, 
	refused TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(staff) REFERENCES staff (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_supply_request_number ON supply_request (number);

CREATE INDEX ix_supply_request_staff ON supply_request (staff);

CREATE INDEX ix_supply_request_state_void ON supply_request (state, void);

CREATE TABLE supply_request_line (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	request TEXT, 
	seq INTEGER, 
	supply TEXT, 
	qty INTEGER, 
	note TEXT, 
	"plan" TEXT, 
	issued INTEGER, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(request) REFERENCES supply_request (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(supply) REFERENCES supply (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY("plan") REFERENCES supply_plan (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_supply_request_line_plan ON supply_request_line ("plan");

CREATE INDEX ix_supply_request_line_request ON supply_request_line (request);

CREATE INDEX ix_supply_request_line_supply_void ON supply_request_line (supply, void);

CREATE TABLE supply_plan (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	state TEXT, 
	day TEXT, 
	month TEXT, 
	months INTEGER, 
	amount INTEGER, 
	budget INTEGER, 
	spent INTEGER, 
	"left" INTEGER, 
	approved_by TEXT, 
	approved_at TEXT, 
	note TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_supply_plan_number ON supply_plan (number);

CREATE INDEX ix_supply_plan_state_void ON supply_plan (state, void);

CREATE TABLE supply_plan_line (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	"plan" TEXT, 
	seq INTEGER, 
	supply TEXT, 
	lacking INTEGER, 
	qty INTEGER, 
	vendor TEXT, 
	price INTEGER, 
	amount INTEGER, 
	words TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY("plan") REFERENCES supply_plan (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(supply) REFERENCES supply (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(vendor) REFERENCES supply_vendor (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_supply_plan_line_plan ON supply_plan_line ("plan");

CREATE INDEX ix_supply_plan_line_supply ON supply_plan_line (supply);

CREATE INDEX ix_supply_plan_line_vendor ON supply_plan_line (vendor);

CREATE TABLE supply_order (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	state TEXT, 
	day TEXT, 
	vendor TEXT, 
	due TEXT, 
	amount INTEGER, 
	"plan" TEXT, 
	sent_at TEXT, 
	sent_how TEXT, 
	closed TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(vendor) REFERENCES supply_vendor (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY("plan") REFERENCES supply_plan (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_supply_order_number ON supply_order (number);

CREATE INDEX ix_supply_order_plan ON supply_order ("plan");

CREATE INDEX ix_supply_order_state_void ON supply_order (state, void);

CREATE INDEX ix_supply_order_vendor ON supply_order (vendor);

CREATE INDEX ix_supply_order_void_day ON supply_order (void, day);

CREATE TABLE supply_order_line (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	"order" TEXT, 
	seq INTEGER, 
	supply TEXT, 
	qty INTEGER, 
	price INTEGER, 
	amount INTEGER, 
	note TEXT, 
	arrived INTEGER, 
	PRIMARY KEY (uid), 
	FOREIGN KEY("order") REFERENCES supply_order (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(supply) REFERENCES supply (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_supply_order_line_order ON supply_order_line ("order");

CREATE INDEX ix_supply_order_line_supply_void ON supply_order_line (supply, void);

CREATE TABLE supply_arrival (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	"order" TEXT, 
	day TEXT, 
	vendor TEXT, 
	note_number TEXT, 
	inspector TEXT, 
	amount INTEGER, 
	differs INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY("order") REFERENCES supply_order (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(vendor) REFERENCES supply_vendor (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_supply_arrival_number ON supply_arrival (number);

CREATE INDEX ix_supply_arrival_order_void ON supply_arrival ("order", void);

CREATE INDEX ix_supply_arrival_vendor ON supply_arrival (vendor);

CREATE TABLE supply_arrival_line (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	arrival TEXT, 
	seq INTEGER, 
	order_line TEXT, 
	supply TEXT, 
	expected INTEGER, 
	sent INTEGER, 
	accepted INTEGER, 
	returned INTEGER, 
	spec INTEGER, 
	quality TEXT, 
	reason TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(arrival) REFERENCES supply_arrival (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(order_line) REFERENCES supply_order_line (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(supply) REFERENCES supply (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_supply_arrival_line_arrival ON supply_arrival_line (arrival);

CREATE INDEX ix_supply_arrival_line_order_line ON supply_arrival_line (order_line);

CREATE INDEX ix_supply_arrival_line_supply ON supply_arrival_line (supply);

CREATE TABLE supply_issue (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	state TEXT, 
	day TEXT, 
	staff TEXT, 
	department TEXT, 
	kind TEXT, 
	due TEXT, 
	purpose TEXT, 
	amount INTEGER, 
	request TEXT, 
	signed TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(staff) REFERENCES staff (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(request) REFERENCES supply_request (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_supply_issue_number ON supply_issue (number);

CREATE INDEX ix_supply_issue_request ON supply_issue (request);

CREATE INDEX ix_supply_issue_staff_day ON supply_issue (staff, day);

CREATE INDEX ix_supply_issue_state_due ON supply_issue (state, due);

CREATE INDEX ix_supply_issue_void_day ON supply_issue (void, day);

CREATE TABLE supply_issue_line (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	issue TEXT, 
	seq INTEGER, 
	supply TEXT, 
	qty INTEGER, 
	amount INTEGER, 
	note TEXT, 
	request_line TEXT, 
	back INTEGER, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(issue) REFERENCES supply_issue (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(supply) REFERENCES supply (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(request_line) REFERENCES supply_request_line (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_supply_issue_line_issue ON supply_issue_line (issue);

CREATE INDEX ix_supply_issue_line_request_line ON supply_issue_line (request_line);

CREATE INDEX ix_supply_issue_line_supply_void ON supply_issue_line (supply, void);

CREATE TABLE supply_back (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	issue_line TEXT, 
	supply TEXT, 
	staff TEXT, 
	day TEXT, 
	qty INTEGER, 
	condition TEXT, 
	amount INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(issue_line) REFERENCES supply_issue_line (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(supply) REFERENCES supply (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(staff) REFERENCES staff (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_supply_back_issue_line_void ON supply_back (issue_line, void);

CREATE INDEX ix_supply_back_staff ON supply_back (staff);

CREATE INDEX ix_supply_back_supply ON supply_back (supply);

CREATE TABLE supply_count (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	state TEXT, 
	due TEXT, 
	category TEXT, 
	place TEXT, 
	counters TEXT, 
	share TEXT, 
	rows INTEGER, 
	equal INTEGER, 
	rate INTEGER, 
	short INTEGER, 
	over INTEGER, 
	booked_at TEXT, 
	note TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_supply_count_number ON supply_count (number);

CREATE INDEX ix_supply_count_state_void ON supply_count (state, void);

CREATE TABLE supply_count_line (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	count TEXT, 
	seq INTEGER, 
	supply TEXT, 
	result TEXT, 
	book INTEGER, 
	counted INTEGER, 
	difference INTEGER, 
	amount INTEGER, 
	why TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(count) REFERENCES supply_count (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(supply) REFERENCES supply (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_supply_count_line_count ON supply_count_line (count);

CREATE INDEX ix_supply_count_line_supply ON supply_count_line (supply);

CREATE TABLE supply_sheet (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	count TEXT, 
	counter TEXT, 
	turn INTEGER, 
	rows INTEGER, 
	done INTEGER, 
	at TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(count) REFERENCES supply_count (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_supply_sheet_count_void ON supply_sheet (count, void);

CREATE INDEX ix_supply_sheet_number ON supply_sheet (number);

CREATE TABLE supply_entry (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	sheet TEXT, 
	seq INTEGER, 
	supply TEXT, 
	counted INTEGER, 
	book INTEGER, 
	at TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(sheet) REFERENCES supply_sheet (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(supply) REFERENCES supply (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_supply_entry_sheet ON supply_entry (sheet);

CREATE INDEX ix_supply_entry_supply ON supply_entry (supply);

CREATE TABLE supply_move (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	supply TEXT, 
	day TEXT, 
	kind TEXT, 
	qty INTEGER, 
	amount INTEGER, 
	staff TEXT, 
	department TEXT, 
	source TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(supply) REFERENCES supply (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(staff) REFERENCES staff (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_supply_move_source ON supply_move (source);

CREATE INDEX ix_supply_move_staff_supply_day ON supply_move (staff, supply, day);

CREATE INDEX ix_supply_move_supply_void_qty_amount ON supply_move (supply, void, qty, amount);

CREATE INDEX ix_supply_move_void_day ON supply_move (void, day);

CREATE TABLE supply_vendor (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	name TEXT, 
	contact TEXT, 
	phone TEXT, 
	terms TEXT, 
	stopped INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid)
);

CREATE TABLE supply_offer (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	supply TEXT, 
	vendor TEXT, 
	price INTEGER, 
	day TEXT, 
	days INTEGER, 
	usual INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(supply) REFERENCES supply (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(vendor) REFERENCES supply_vendor (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_supply_offer_supply_void ON supply_offer (supply, void);

CREATE INDEX ix_supply_offer_vendor ON supply_offer (vendor);

CREATE TABLE supply_quota (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	supply TEXT, 
	staff TEXT, 
	grade TEXT, 
	qty INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(supply) REFERENCES supply (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(staff) REFERENCES staff (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_supply_quota_staff ON supply_quota (staff);

CREATE INDEX ix_supply_quota_supply_void ON supply_quota (supply, void);

CREATE TABLE supply_budget (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	month TEXT, 
	amount INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_supply_budget_month ON supply_budget (month);
