-- due: each order line knows what was last promised, told and asked; debts are added up and late customers counted from an index alone
ALTER TABLE "order_line" ADD COLUMN promised TEXT;

ALTER TABLE "order_line" ADD COLUMN heard_at TEXT;

ALTER TABLE "order_line" ADD COLUMN asked_at TEXT;

UPDATE order_line SET promised = (SELECT p.promised FROM line_promise p WHERE p.line = order_line.uid AND p.void = 0 ORDER BY p.made_at DESC, p.uid DESC LIMIT 1)
 WHERE uid IN (SELECT line FROM line_promise WHERE void = 0);

UPDATE order_line SET heard_at = (SELECT max(f.said_at) FROM line_feedback f WHERE f.line = order_line.uid AND f.void = 0 AND f.kind = 'told'),
 asked_at = (SELECT max(f.said_at) FROM line_feedback f WHERE f.line = order_line.uid AND f.void = 0 AND f.kind = 'asked')
 WHERE uid IN (SELECT line FROM line_feedback WHERE void = 0);

DROP INDEX ix_delivery_customer_owed;

CREATE INDEX ix_delivery_customer_owed_void_due_day ON delivery (customer, owed, void, due, day);

DROP INDEX ix_customer_late_from;

CREATE INDEX ix_customer_void_late_from ON customer (void, late_from);
