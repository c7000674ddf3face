"""The page 跟进: open lines by promised day, problems, punctuality."""
