"""The 8D report (8D报告): first draft, checks before sending, the Word form out and in, JSON out and in."""
