"""Engines every subject shares: the verb door, numbering, undo, history, Excel, paper."""
