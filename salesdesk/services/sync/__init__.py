"""同步: the work of several PCs made one through a folder or a hub, encrypted, with nothing lost."""
