"""A clerk of random but seeded habits at the real window, for as long as one likes."""
