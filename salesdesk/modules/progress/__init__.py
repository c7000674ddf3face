"""跟进: what 生产 and 采购 say about every order line, what we promised, and what went wrong."""
