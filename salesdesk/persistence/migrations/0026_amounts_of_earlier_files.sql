-- amounts_of_earlier_files: what a line and an order come to follows from the lines that stand, also where an order was undone or voided
UPDATE order_line SET amount = (qty * price + 50000) / 100000 WHERE amount IS NOT (qty * price + 50000) / 100000;

UPDATE sales_order SET amount = (SELECT coalesce(sum(l.amount), 0) FROM order_line l WHERE l."order" = sales_order.uid AND l.void = 0)
 WHERE amount IS NOT (SELECT coalesce(sum(l.amount), 0) FROM order_line l WHERE l."order" = sales_order.uid AND l.void = 0);
