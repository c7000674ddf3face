"""销售订单: from the moment a customer asks until the goods are signed for."""
