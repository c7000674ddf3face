-- statistics
CREATE TABLE sales_measure (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	name TEXT, 
	version INTEGER, 
	"by" TEXT, 
	tax TEXT, 
	back TEXT, 
	closing INTEGER, 
	usual INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid)
);

CREATE TABLE sales_report (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	kind TEXT, 
	title TEXT, 
	state TEXT, 
	first TEXT, 
	last TEXT, 
	measure TEXT, 
	measured TEXT, 
	amount INTEGER, 
	"before" INTEGER, 
	year_before INTEGER, 
	docs INTEGER, 
	customers INTEGER, 
	cause TEXT, 
	advice TEXT, 
	made_at TEXT, 
	closed_at TEXT, 
	closed_by TEXT, 
	hash TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(measure) REFERENCES sales_measure (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_sales_report_kind_first ON sales_report (kind, first);

CREATE INDEX ix_sales_report_measure ON sales_report (measure);

CREATE INDEX ix_sales_report_number ON sales_report (number);

CREATE INDEX ix_sales_report_state ON sales_report (state);

CREATE TABLE sales_report_figures (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	report TEXT, 
	text TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(report) REFERENCES sales_report (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_sales_report_figures_report ON sales_report_figures (report);

CREATE TABLE sales_target (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	year INTEGER, 
	level TEXT, 
	name TEXT, 
	product TEXT, 
	above TEXT, 
	amount INTEGER, 
	m1 INTEGER, 
	m2 INTEGER, 
	m3 INTEGER, 
	m4 INTEGER, 
	m5 INTEGER, 
	m6 INTEGER, 
	m7 INTEGER, 
	m8 INTEGER, 
	m9 INTEGER, 
	m10 INTEGER, 
	m11 INTEGER, 
	m12 INTEGER, 
	title TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(product) REFERENCES product (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(above) REFERENCES sales_target (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_sales_target_above ON sales_target (above);

CREATE INDEX ix_sales_target_product ON sales_target (product);

CREATE INDEX ix_sales_target_year_level ON sales_target (year, level);

CREATE TABLE sales_piece (
	base TEXT NOT NULL, 
	first TEXT NOT NULL, 
	last TEXT NOT NULL, 
	PRIMARY KEY (base, first)
)
 WITHOUT ROWID;

CREATE TABLE sales_sum (
	base TEXT NOT NULL, 
	dim TEXT NOT NULL, 
	piece TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	docs INTEGER NOT NULL, 
	qty INTEGER NOT NULL, 
	amount INTEGER NOT NULL, 
	net INTEGER NOT NULL, 
	cost INTEGER NOT NULL, 
	back_qty INTEGER NOT NULL, 
	back_amount INTEGER NOT NULL, 
	back_net INTEGER NOT NULL, 
	back_cost INTEGER NOT NULL, 
	PRIMARY KEY (base, dim, piece, "key")
)
 WITHOUT ROWID;
