"""The order page: the list, the entry of an order with everything beside it, deliveries, slips and arrivals."""
