"""The page of the day: how the day and the month stand, what wants doing now, and the latest orders."""
