"""One subject of the clerk's work, one folder, the same file names inside."""
