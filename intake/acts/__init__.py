"""What people do to a record, each act a pure step from one case to the next: see `table.ACTS`."""
