"""The pre-check: 24 matters, one function each, on a frozen case; no rule touches the database or mends a value (EXP-3, EXP-4)."""
