"""What the clock calls for, one subject a file: windows, tasks, signatures, catching up, the periodical letters."""
