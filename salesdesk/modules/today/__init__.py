"""今日: what wants doing now, and how the day and the month stand."""
