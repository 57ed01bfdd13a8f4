"""How tables and lines are written for people: as wide as the terminal, or as they need where another program reads."""

import sys

from rich.console import Console
from rich.table import Table

UNBOUNDED = 10_000  # characters; no line is broken, so that what is piped or kept can be searched


def console() -> Console:
    """Standard output. What mails say is no markup: a subject may hold [brackets]."""
    return Console(highlight=False, markup=False, soft_wrap=False, width=None if sys.stdout.isatty() else UNBOUNDED)


def table(*columns: str, whole: tuple[str, ...] = (), title: str | None = None) -> Table:
    """A table without a frame. Numbers in the columns `whole` are never broken, so that they can be copied."""
    made = Table(box=None, pad_edge=False, header_style="bold", title=title, title_justify="left")
    for column in columns:
        made.add_column(column, overflow="fold", no_wrap=column in whole)
    return made
