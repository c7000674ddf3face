"""How records reach the disk and come back: the only layer that knows the database."""
