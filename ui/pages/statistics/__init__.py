"""The page of 统计."""
