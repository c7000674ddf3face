-- order_desk
ALTER TABLE "sales_order" ADD COLUMN asked_whom TEXT;

ALTER TABLE "sales_order" ADD COLUMN asked_how TEXT;

ALTER TABLE "sales_order" ADD COLUMN asked_by TEXT;

ALTER TABLE "sales_order" ADD COLUMN asked_at TEXT;

ALTER TABLE "sales_order" ADD COLUMN answer_due TEXT;

ALTER TABLE "sales_order" ADD COLUMN answered_by TEXT;

ALTER TABLE "sales_order" ADD COLUMN answered_at TEXT;

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

ALTER TABLE "delivery_line" ADD COLUMN counted INTEGER;

ALTER TABLE "delivery_line" ADD COLUMN rejected INTEGER;

ALTER TABLE "delivery_line" ADD COLUMN reject_reason TEXT;

ALTER TABLE "delivery_line" ADD COLUMN handling TEXT;

ALTER TABLE "print_log" ADD COLUMN size TEXT;

ALTER TABLE "print_log" ADD COLUMN printer TEXT;

ALTER TABLE "print_log" ADD COLUMN printed_by TEXT;

ALTER TABLE "print_log" ADD COLUMN sha256 TEXT;

ALTER TABLE "print_log" ADD COLUMN sheet TEXT;

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
