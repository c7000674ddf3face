"""订单归档: everything of a finished order in one folder and one zip."""
