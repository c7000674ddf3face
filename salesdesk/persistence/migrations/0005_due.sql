-- due: each order line knows the promise in force; what customers owe is added up from an index alone
ALTER TABLE "order_line" ADD COLUMN promised TEXT;

UPDATE order_line SET promised = (SELECT p.promised FROM line_promise p WHERE p.line = order_line.uid AND p.void = 0 ORDER BY p.made_at DESC, p.uid DESC LIMIT 1)
 WHERE uid IN (SELECT line FROM line_promise WHERE void = 0);

DROP INDEX ix_delivery_customer_owed;

CREATE INDEX ix_delivery_customer_owed_void_due_day ON delivery (customer, owed, void, due, day);
