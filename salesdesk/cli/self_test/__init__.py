"""The program tries itself out: in a folder of its own it does what a clerk does, and reports what worked."""
