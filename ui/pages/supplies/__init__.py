"""办公用品 on the screen: registers, and dialogs where lines are typed."""
