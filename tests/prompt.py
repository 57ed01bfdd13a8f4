"""How soon is at once: what a test tells apart by the clock lies so far apart that a busy machine cannot mix it up."""

AT_ONCE = 8.0
"""Seconds in which what comes at once has come, however busy the machine."""

LONG = 60.0
"""Seconds until the next regular look, or the end of the wait, that would come where nothing came at once."""
