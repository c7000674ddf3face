-- payments
CREATE TABLE payment_request (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	day TEXT, 
	department TEXT, 
	applicant TEXT, 
	purpose TEXT, 
	amount INTEGER, 
	way TEXT, 
	wanted TEXT, 
	payee TEXT, 
	bank TEXT, 
	account TEXT, 
	contract TEXT, 
	contract_amount INTEGER, 
	paid INTEGER, 
	invoices TEXT, 
	invoice_count INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid)
);

CREATE INDEX ix_payment_request_contract ON payment_request (contract);

CREATE INDEX ix_payment_request_number ON payment_request (number);

CREATE INDEX ix_payment_request_void_day ON payment_request (void, day);
