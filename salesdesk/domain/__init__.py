"""What the business words mean: values, fields, drafts, money, dates. Standard library only."""
