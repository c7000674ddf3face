"""价格政策: price lists, promotions, and which price holds for whom, how many and when."""
