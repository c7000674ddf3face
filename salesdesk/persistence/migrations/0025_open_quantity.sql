-- open_quantity: what is still owed of the lines of confirmed orders is kept beside them, and only those lines are in its index
ALTER TABLE "order_line" ADD COLUMN open INTEGER;

UPDATE order_line SET open = qty - coalesce(delivered, 0) - coalesce(closed, 0) WHERE void = 0
 AND "order" IN (SELECT uid FROM sales_order WHERE void = 0 AND stage IN ('confirmed', 'part'));

CREATE INDEX ix_order_line_product ON order_line (product);

CREATE INDEX ix_order_line_product_open_order ON order_line (product, open, "order") WHERE open > 0;

DROP INDEX ix_order_line_product_void_qty_delivered_closed_order;
