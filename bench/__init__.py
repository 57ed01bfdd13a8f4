"""Measurements, never tests: each step prints what it did, how often, and its ratio to a stated baseline of the same run."""
