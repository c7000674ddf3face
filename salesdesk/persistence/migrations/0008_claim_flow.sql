-- claim_flow
ALTER TABLE "expense_voucher" ADD COLUMN cut INTEGER;

CREATE INDEX ix_expense_voucher_key_void_standing_claim ON expense_voucher ("key", void, standing, claim);

DROP INDEX ix_expense_voucher_key;
