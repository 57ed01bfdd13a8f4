"""The commands of the terminal, a file for each group, and what only they use. `intake.cli` joins them."""
