"""What goes on paper: sheets, expense claims and register tables, and the painters that draw them."""
