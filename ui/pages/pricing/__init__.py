"""The page of the price policy: lists, their prices, promotions, and how a price went."""
