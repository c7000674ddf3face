-- standards
CREATE TABLE expense_rule (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	code TEXT, 
	no INTEGER, 
	title TEXT, 
	looks TEXT, 
	used INTEGER, 
	weight TEXT, 
	who TEXT, 
	params TEXT, 
	days INTEGER, 
	count INTEGER, 
	gap INTEGER, 
	amount INTEGER, 
	percent INTEGER, 
	words TEXT, 
	valid_from TEXT, 
	valid_to TEXT, 
	version INTEGER, 
	note TEXT, 
	set_by TEXT, 
	set_at TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_expense_rule_code_version ON expense_rule (code, version);

CREATE TABLE expense_standard (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	name TEXT, 
	kind TEXT, 
	grade TEXT, 
	tier TEXT, 
	season_from TEXT, 
	season_to TEXT, 
	amount INTEGER, 
	classes TEXT, 
	valid_from TEXT, 
	valid_to TEXT, 
	confirmed INTEGER, 
	confirmed_by TEXT, 
	confirmed_at TEXT, 
	note TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_expense_standard_kind ON expense_standard (kind);

CREATE TABLE city_tier (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	city TEXT, 
	tier TEXT, 
	note TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_city_tier_city ON city_tier (city);

CREATE TABLE expense_requirement (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	category TEXT, 
	need TEXT, 
	from_amount INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid)
);

CREATE TABLE holiday (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	day TEXT, 
	name TEXT, 
	works TEXT, 
	note TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_holiday_day ON holiday (day);
