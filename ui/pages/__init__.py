"""One folder for each subject whose page has a shape of its own; all others get the generic register page."""
