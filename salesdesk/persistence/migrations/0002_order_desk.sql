-- order_desk
ALTER TABLE "sales_order" ADD COLUMN asked_whom TEXT;

ALTER TABLE "sales_order" ADD COLUMN asked_how TEXT;

ALTER TABLE "sales_order" ADD COLUMN asked_by TEXT;

ALTER TABLE "sales_order" ADD COLUMN asked_at TEXT;

ALTER TABLE "sales_order" ADD COLUMN answer_due TEXT;

ALTER TABLE "sales_order" ADD COLUMN answered_by TEXT;

ALTER TABLE "sales_order" ADD COLUMN answered_at TEXT;

ALTER TABLE "order_line" ADD COLUMN price_why TEXT;

ALTER TABLE "order_line" ADD COLUMN kind TEXT;

ALTER TABLE "order_line" ADD COLUMN gift_reason TEXT;

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

CREATE INDEX ix_price_line_list_product ON price_line (list, product);

CREATE INDEX ix_price_line_product ON price_line (product);

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
