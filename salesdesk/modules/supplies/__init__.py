"""办公用品: what the office uses up, bought by plan, handed out on slips, counted blind."""
