"""Speed measured beside the raw limit in the same run; printed as ratios, never asserted in the test suite."""
