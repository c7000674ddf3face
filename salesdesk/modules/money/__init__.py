"""开票收款: invoices, receipts, what customers owe and since when, 对账单 and the chase list."""
