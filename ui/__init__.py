"""The window: what the clerk sees and touches; everything it does goes through the desk."""
