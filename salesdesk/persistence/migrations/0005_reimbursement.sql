-- reimbursement
ALTER TABLE "expense_claim" ADD COLUMN state TEXT;

ALTER TABLE "expense_claim" ADD COLUMN kind TEXT;

ALTER TABLE "expense_claim" ADD COLUMN staff TEXT REFERENCES staff (uid) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "expense_claim" ADD COLUMN grade TEXT;

ALTER TABLE "expense_claim" ADD COLUMN entity TEXT REFERENCES company_entity (uid) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "expense_claim" ADD COLUMN title TEXT;

ALTER TABLE "expense_claim" ADD COLUMN trip_from TEXT;

ALTER TABLE "expense_claim" ADD COLUMN trip_to TEXT;

ALTER TABLE "expense_claim" ADD COLUMN trip_days INTEGER;

ALTER TABLE "expense_claim" ADD COLUMN places TEXT;

ALTER TABLE "expense_claim" ADD COLUMN persons INTEGER;

ALTER TABLE "expense_claim" ADD COLUMN loan_record TEXT REFERENCES staff_loan (uid) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "expense_claim" ADD COLUMN cut INTEGER;

ALTER TABLE "expense_claim" ADD COLUMN approved INTEGER;

ALTER TABLE "expense_claim" ADD COLUMN payable INTEGER;

ALTER TABLE "expense_claim" ADD COLUMN attached INTEGER;

ALTER TABLE "expense_claim" ADD COLUMN attached_total INTEGER;

ALTER TABLE "expense_claim" ADD COLUMN stops INTEGER;

ALTER TABLE "expense_claim" ADD COLUMN doubts INTEGER;

ALTER TABLE "expense_claim" ADD COLUMN state_at TEXT;

ALTER TABLE "expense_claim" ADD COLUMN due TEXT;

ALTER TABLE "expense_claim" ADD COLUMN handler TEXT;

ALTER TABLE "expense_claim" ADD COLUMN submitted_at TEXT;

ALTER TABLE "expense_claim" ADD COLUMN head_by TEXT;

ALTER TABLE "expense_claim" ADD COLUMN head_at TEXT;

ALTER TABLE "expense_claim" ADD COLUMN head_how TEXT;

ALTER TABLE "expense_claim" ADD COLUMN head_amount INTEGER;

ALTER TABLE "expense_claim" ADD COLUMN passed_by TEXT;

ALTER TABLE "expense_claim" ADD COLUMN passed_at TEXT;

ALTER TABLE "expense_claim" ADD COLUMN handed_at TEXT;

ALTER TABLE "expense_claim" ADD COLUMN handed_to TEXT;

ALTER TABLE "expense_claim" ADD COLUMN paid_day TEXT;

ALTER TABLE "expense_claim" ADD COLUMN paid_how TEXT;

ALTER TABLE "expense_claim" ADD COLUMN told_at TEXT;

ALTER TABLE "expense_claim" ADD COLUMN returns INTEGER;

ALTER TABLE "expense_line" ADD COLUMN part TEXT;

ALTER TABLE "expense_line" ADD COLUMN vouchers INTEGER;

ALTER TABLE "expense_line" ADD COLUMN day TEXT;

ALTER TABLE "expense_line" ADD COLUMN time TEXT;

ALTER TABLE "expense_line" ADD COLUMN origin TEXT;

ALTER TABLE "expense_line" ADD COLUMN day_to TEXT;

ALTER TABLE "expense_line" ADD COLUMN time_to TEXT;

ALTER TABLE "expense_line" ADD COLUMN destination TEXT;

ALTER TABLE "expense_line" ADD COLUMN vehicle TEXT;

ALTER TABLE "expense_line" ADD COLUMN persons INTEGER;

ALTER TABLE "expense_line" ADD COLUMN days INTEGER;

ALTER TABLE "expense_line" ADD COLUMN standard INTEGER;

ALTER TABLE "expense_line" ADD COLUMN cut INTEGER;

ALTER TABLE "expense_line" ADD COLUMN cut_reason TEXT;

ALTER TABLE "expense_line" ADD COLUMN approved INTEGER;

ALTER TABLE "expense_line" ADD COLUMN attached INTEGER;

ALTER TABLE "expense_line" ADD COLUMN attached_total INTEGER;

CREATE INDEX ix_expense_claim_claimant_day ON expense_claim (claimant, day);

CREATE INDEX ix_expense_claim_entity ON expense_claim (entity);

CREATE INDEX ix_expense_claim_loan_record ON expense_claim (loan_record);

CREATE INDEX ix_expense_claim_staff ON expense_claim (staff);

CREATE INDEX ix_expense_claim_state_due ON expense_claim (state, due);

CREATE TABLE expense_voucher (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	claim TEXT, 
	line TEXT, 
	seq INTEGER, 
	standing TEXT, 
	reject_reason TEXT, 
	"key" TEXT, 
	kind TEXT, 
	code TEXT, 
	number TEXT, 
	date TEXT, 
	buyer TEXT, 
	buyer_tax_id TEXT, 
	seller TEXT, 
	seller_tax_id TEXT, 
	amount INTEGER, 
	tax INTEGER, 
	total INTEGER, 
	total_in_words TEXT, 
	category TEXT, 
	city TEXT, 
	date_from TEXT, 
	date_to TEXT, 
	nights INTEGER, 
	persons INTEGER, 
	purpose TEXT, 
	note TEXT, 
	items TEXT, 
	legs TEXT, 
	qr TEXT, 
	extra TEXT, 
	sources TEXT, 
	unsure TEXT, 
	by_hand TEXT, 
	read_findings TEXT, 
	seal TEXT, 
	pages INTEGER, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(claim) REFERENCES expense_claim (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(line) REFERENCES expense_line (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_expense_voucher_claim_line ON expense_voucher (claim, line);

CREATE INDEX ix_expense_voucher_date ON expense_voucher (date);

CREATE INDEX ix_expense_voucher_key ON expense_voucher ("key");

CREATE INDEX ix_expense_voucher_line ON expense_voucher (line);

CREATE INDEX ix_expense_voucher_seller_total_date ON expense_voucher (seller, total, date);

CREATE TABLE voucher_file (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	claim TEXT, 
	voucher TEXT, 
	attachment TEXT, 
	form TEXT, 
	role TEXT, 
	support TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(claim) REFERENCES expense_claim (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(voucher) REFERENCES expense_voucher (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(attachment) REFERENCES attachment (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_voucher_file_attachment ON voucher_file (attachment);

CREATE INDEX ix_voucher_file_claim ON voucher_file (claim);

CREATE INDEX ix_voucher_file_voucher ON voucher_file (voucher);

CREATE TABLE voucher_check (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	claim TEXT, 
	voucher TEXT, 
	kind TEXT, 
	result TEXT, 
	who TEXT, 
	at TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(claim) REFERENCES expense_claim (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(voucher) REFERENCES expense_voucher (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_voucher_check_claim ON voucher_check (claim);

CREATE INDEX ix_voucher_check_voucher ON voucher_check (voucher);

CREATE TABLE claim_finding (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	claim TEXT, 
	voucher TEXT, 
	line TEXT, 
	rule TEXT, 
	severity TEXT, 
	field TEXT, 
	message TEXT, 
	printed TEXT, 
	expected TEXT, 
	source TEXT, 
	cure TEXT, 
	excess INTEGER, 
	rule_version TEXT, 
	state TEXT, 
	reason TEXT, 
	who TEXT, 
	at TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(claim) REFERENCES expense_claim (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(voucher) REFERENCES expense_voucher (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(line) REFERENCES expense_line (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_claim_finding_claim_state ON claim_finding (claim, state);

CREATE INDEX ix_claim_finding_line ON claim_finding (line);

CREATE INDEX ix_claim_finding_voucher ON claim_finding (voucher);

CREATE TABLE claim_event (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	claim TEXT, 
	at TEXT, 
	step TEXT, 
	state_from TEXT, 
	state TEXT, 
	who TEXT, 
	how TEXT, 
	minutes INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(claim) REFERENCES expense_claim (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_claim_event_at ON claim_event (at);

CREATE INDEX ix_claim_event_claim_at ON claim_event (claim, at);

CREATE TABLE return_slip (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	claim TEXT, 
	at TEXT, 
	stage TEXT, 
	who TEXT, 
	reason TEXT, 
	findings TEXT, 
	due TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(claim) REFERENCES expense_claim (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_return_slip_claim_at ON return_slip (claim, at);

CREATE INDEX ix_return_slip_number ON return_slip (number);

CREATE TABLE staff (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	code TEXT, 
	name TEXT, 
	department TEXT, 
	grade TEXT, 
	entity TEXT, 
	phone TEXT, 
	bank TEXT, 
	bank_account TEXT, 
	active INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(entity) REFERENCES company_entity (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_staff_code ON staff (code);

CREATE INDEX ix_staff_entity ON staff (entity);

CREATE INDEX ix_staff_name ON staff (name);

CREATE TABLE company_entity (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	name TEXT, 
	short_name TEXT, 
	tax_id TEXT, 
	former_names TEXT, 
	address TEXT, 
	phone TEXT, 
	bank TEXT, 
	bank_account TEXT, 
	usual INTEGER, 
	active INTEGER, 
	PRIMARY KEY (uid)
);

CREATE TABLE staff_loan (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	number TEXT, 
	state TEXT, 
	day TEXT, 
	borrower TEXT, 
	staff TEXT, 
	department TEXT, 
	amount INTEGER, 
	purpose TEXT, 
	due TEXT, 
	settled INTEGER, 
	reserved INTEGER, 
	rest INTEGER, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(staff) REFERENCES staff (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_staff_loan_borrower_rest ON staff_loan (borrower, rest);

CREATE INDEX ix_staff_loan_number ON staff_loan (number);

CREATE INDEX ix_staff_loan_staff ON staff_loan (staff);

CREATE TABLE loan_settlement (
	uid TEXT NOT NULL, 
	void INTEGER DEFAULT '0' NOT NULL, 
	created_at TEXT, 
	created_by TEXT, 
	loan TEXT, 
	day TEXT, 
	how TEXT, 
	amount INTEGER, 
	claim TEXT, 
	note TEXT, 
	PRIMARY KEY (uid), 
	FOREIGN KEY(loan) REFERENCES staff_loan (uid) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(claim) REFERENCES expense_claim (uid) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX ix_loan_settlement_claim ON loan_settlement (claim);

CREATE INDEX ix_loan_settlement_loan ON loan_settlement (loan);

CREATE INDEX ix_attachment_sha256 ON attachment (sha256);

UPDATE expense_line SET part = 'item', approved = amount, attached = 0, attached_total = 0;

UPDATE expense_claim SET state = 'draft', kind = 'expense', state_at = created_at, handler = created_by, approved = amount, cut = 0, payable = coalesce(amount, 0) - coalesce(loan, 0), attached = 0, attached_total = 0, stops = 0, doubts = 0;
