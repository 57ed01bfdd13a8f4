"""What goes out: whether we may reply, what the letter says, and how it leaves."""
