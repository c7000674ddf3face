-- money: what is open of the deliveries and orders that are there already; invoices and receipts there are none yet
UPDATE delivery_line SET to_bill = delivery_line.amount, owed = CASE WHEN v.day > coalesce(c.receivable_day, '') THEN delivery_line.amount ELSE 0 END
 FROM delivery v JOIN customer c ON c.uid = v.customer
 WHERE v.uid = delivery_line.delivery AND v.void = 0 AND delivery_line.void = 0;

UPDATE delivery SET to_bill = s.to_bill, owed = s.owed,
 due = CASE WHEN s.settle LIKE '月结%'
  THEN date(delivery.day, 'start of month', '+1 month', '-1 day', coalesce(s.credit_days, CAST(substr(s.settle, 4, 2) AS INTEGER)) || ' days')
  ELSE date(delivery.day, coalesce(s.credit_days, 0) || ' days') END
 FROM (SELECT l.delivery AS uid, sum(CASE WHEN l.void = 0 THEN l.to_bill ELSE 0 END) AS to_bill, sum(CASE WHEN l.void = 0 THEN l.owed ELSE 0 END) AS owed, coalesce(o.settle, c.settle) AS settle,
   CASE WHEN coalesce(o.settle, c.settle) IS c.settle THEN c.credit_days END AS credit_days
   FROM delivery_line l JOIN order_line g ON g.uid = l.order_line JOIN sales_order o ON o.uid = g."order" JOIN customer c ON c.uid = o.customer
   GROUP BY l.delivery) s
 WHERE s.uid = delivery.uid;

UPDATE sales_order SET unbilled = s.owed
 FROM (SELECT g."order" AS uid, sum(l.owed) AS owed FROM delivery_line l JOIN order_line g ON g.uid = l.order_line WHERE l.void = 0 GROUP BY 1) s
 WHERE s.uid = sales_order.uid;

UPDATE sales_order SET unsent = (SELECT coalesce(sum(((l.qty - coalesce(l.delivered, 0)) * l.price + 50000) / 100000), 0) FROM order_line l
  WHERE l."order" = sales_order.uid AND l.void = 0 AND l.qty > coalesce(l.delivered, 0))
 WHERE void = 0 AND stage IN ('confirmed', 'part');

UPDATE customer SET unbilled = s.unbilled, undelivered = s.unsent
 FROM (SELECT customer AS uid, sum(unbilled) AS unbilled, sum(unsent) AS unsent FROM sales_order WHERE void = 0 GROUP BY 1) s
 WHERE s.uid = customer.uid;

UPDATE customer SET unpaid = max(0, coalesce(receivable, 0)), deposit = max(0, -coalesce(receivable, 0)),
 opening_left = coalesce(receivable, 0), owed = coalesce(receivable, 0) + coalesce(unbilled, 0);

UPDATE customer SET late_from = (SELECT min(due) FROM (SELECT min(coalesce(v.due, v.day)) AS due FROM delivery v WHERE v.customer = customer.uid AND v.owed > 0 AND v.void = 0
 UNION ALL SELECT CASE WHEN opening_left > 0 THEN
 CASE WHEN settle LIKE '月结%' THEN date(coalesce(receivable_day, substr(created_at, 1, 10)), 'start of month', '+1 month',
  '-1 day', coalesce(credit_days, CAST(substr(settle, 4, 2) AS INTEGER)) || ' days')
 ELSE date(coalesce(receivable_day, substr(created_at, 1, 10)), coalesce(credit_days, 0) || ' days') END END));
