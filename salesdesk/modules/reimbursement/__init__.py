"""报销: the expense claim as it goes on paper; reading vouchers and checking rules come later."""
