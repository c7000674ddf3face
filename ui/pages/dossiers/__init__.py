"""The page 订单档案."""
