"""统计: sales by any side of them, reports that can be proved, targets, and what customers will do next."""
