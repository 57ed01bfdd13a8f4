"""The JSON API: what the pages do, for programs. Its routes do nothing of their own: they call what the pages call."""
