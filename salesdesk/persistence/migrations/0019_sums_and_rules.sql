-- statistics: sums of years and of all beside those of months; what was kept is added up anew when somebody looks
DROP TABLE sales_piece;

DELETE FROM sales_sum;

CREATE TABLE sales_piece (
	base TEXT NOT NULL, 
	piece TEXT NOT NULL, 
	"first" TEXT NOT NULL, 
	"last" TEXT NOT NULL, 
	stands INTEGER NOT NULL, 
	PRIMARY KEY (base, piece)
)
 WITHOUT ROWID;

-- grade_rules
CREATE TABLE grade_rules (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	name TEXT, 
	recency TEXT, 
	frequency TEXT, 
	value TEXT, 
	grades TEXT, 
	PRIMARY KEY (uid)
);
