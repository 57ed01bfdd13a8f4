"""`import` and `export`: master data in, lists and figures out."""

from pathlib import Path
from typing import Annotated

import typer

from intake.commands.line import Chosen


def add_to(app: typer.Typer, chosen: Chosen) -> None:
    """Adds the commands to the terminal's door."""

    @app.command(name="import")
    def import_(
        what: Annotated[str, typer.Argument(help="customers, products, shipments or people")],
        file: Annotated[Path, typer.Argument(help="CSV or XLSX")],
    ) -> None:
        """Take master data in from a file; says what was added, changed and refused, row by row."""
        from intake.importing import import_file
        from intake.wiring import storage_of

        storage = storage_of(chosen.settings())
        report = import_file(what, file, storage)
        storage.close()
        for row in report.rows:
            if row.outcome != "same":
                print(f"row {row.row}: {row.outcome}{': ' + row.why if row.why else ''}")
        print(report.summary)
        if report.refused:
            raise SystemExit(1)

    @app.command()
    def export(
        what: Annotated[
            str, typer.Argument(help="records, register, complaints_log, monthly, quarterly, customers or on_time")
        ],
        file: Annotated[Path, typer.Argument(help="the .xlsx to write")],
        start: Annotated[str | None, typer.Option("--from", help="first day, YYYY-MM-DD")] = None,
        end: Annotated[str | None, typer.Option("--to", help="last day, YYYY-MM-DD")] = None,
    ) -> None:
        """Write the list of complaints, the register or the monthly figures."""
        from intake.exporting import export_file
        from intake.wiring import storage_of

        config = chosen.settings()
        storage = storage_of(config)
        print(
            export_file(
                what, storage, file, start, end, config.company.name, config.company.zone, config.company.language
            )
        )
        storage.close()
