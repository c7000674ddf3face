-- delivery: older notes name their order, and wait for their signed copy like new ones
UPDATE delivery SET state = 'new', orders = (SELECT o.number FROM sales_order o WHERE o.uid = delivery."order");
