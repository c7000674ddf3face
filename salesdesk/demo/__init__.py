"""Makes a demo company: a fictional valve and fittings firm with customers, products and eighteen months of orders."""
