"""The command line: everything the window can do, for scripts and for work that runs unattended."""
