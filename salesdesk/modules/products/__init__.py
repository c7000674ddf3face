"""产品: what we sell, in which units and packs, at which prices, and how much of it lies in the warehouse."""
