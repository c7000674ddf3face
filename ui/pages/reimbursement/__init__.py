"""The page of the expense claims: the list, and one claim open for typing."""
