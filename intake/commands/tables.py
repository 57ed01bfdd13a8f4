"""`import` and `export`: master data in, lists and figures out."""

from pathlib import Path
from typing import Annotated

import typer

from intake.commands.line import Chosen
from intake.settings import Settings


def add_to(app: typer.Typer, chosen: Chosen) -> None:
    """Adds the commands to the terminal's door."""

    @app.command(name="import")
    def import_(
        what: Annotated[str, typer.Argument(help="customers, products, shipments, suppliers, points or people")],
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
            str,
            typer.Argument(help="records, register, complaints_log, monthly, quarterly, customers, on_time or archive"),
        ],
        file: Annotated[Path, typer.Argument(help="the .xlsx to write; of archive the .zip")],
        start: Annotated[str | None, typer.Option("--from", help="first day, YYYY-MM-DD")] = None,
        end: Annotated[str | None, typer.Option("--to", help="last day, YYYY-MM-DD")] = None,
        year: Annotated[int | None, typer.Option("--year", help="all of a year; of archive, which one")] = None,
    ) -> None:
        """Write the list of complaints, the register, the monthly figures, or all that is kept of a year's records."""
        from intake.exporting import ARCHIVE, days_of, export_file
        from intake.wiring import storage_of

        config = chosen.settings()
        start, end = days_of(what, start, end, year)
        if what == ARCHIVE:
            _archive(config, file, year or 0)
            return
        storage = storage_of(config)
        print(
            export_file(
                what, storage, file, start, end, config.company.name, config.company.zone, config.company.language
            )
        )
        storage.close()


def _archive(config: Settings, file: Path, year: int) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from intake.commands.archive import archive_year
    from intake.wiring import actions_of, blobs_of

    storage, actions = actions_of(config)
    try:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task(file.name, total=None)

            def told(done: int, of: int) -> None:
                progress.update(bar, completed=done, total=of)

            said = archive_year(storage, actions, blobs_of(config), config.company, file, year, told)
        print(said)
    finally:
        storage.close()
