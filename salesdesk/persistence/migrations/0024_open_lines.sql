-- open_lines
CREATE INDEX ix_order_line_product_void_qty_delivered_closed_order ON order_line (product, void, qty, delivered, closed, "order");

DROP INDEX ix_order_line_product;
