"""开票收款: receipts, invoices, statements, calls about money, and who owes since when."""
