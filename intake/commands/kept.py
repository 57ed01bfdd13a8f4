"""`records`, `arrivals`, `retry`: what is kept, and taking back what was set aside."""

from typing import Annotated

import typer

from intake.commands.line import AsJson, Chosen, print_lines
from intake.errors import UsageError


def add_to(app: typer.Typer, chosen: Chosen) -> None:
    """Adds the commands to the terminal's door."""

    @app.command()
    def records(
        number: Annotated[str | None, typer.Argument(help="one record's number")] = None, as_json: AsJson = False
    ) -> None:
        """List the records, or show one."""
        from intake.listing import record_of
        from intake.wiring import storage_of

        config = chosen.settings()
        storage = storage_of(config)
        with storage.unit() as unit:
            found = [unit.complaints.get(number)] if number else unit.complaints.everything()
            rows = [record_of(unit, record, config.company.zone) for record in found if record is not None]
        storage.close()
        if number and not rows:
            raise UsageError(f"There is no record {number}.", "`intake records` lists them.")
        if as_json:
            print_lines(rows)
            return
        from intake.commands.terminal import print_record, print_records

        if number:
            print_record(rows[0])
        else:
            print_records(rows)

    @app.command()
    def arrivals(
        as_json: AsJson = False, state: Annotated[str | None, typer.Option(help="waiting, done or set_aside")] = None
    ) -> None:
        """List every mail and file taken in, and what became of it."""
        from intake.listing import arrival_json
        from intake.wiring import storage_of
        from storage.records import ArrivalState

        if state is not None and state not in list(ArrivalState):
            raise UsageError(f"{state!r} is no state of an arrival.", "Use waiting, done or set_aside.")
        config = chosen.settings()
        storage = storage_of(config)
        with storage.unit() as unit:
            found = unit.arrivals.everything(ArrivalState(state) if state else None)
            rows = [arrival_json(arrival, config.company.zone) for arrival in found]
        storage.close()
        if as_json:
            print_lines(rows)
            return
        from intake.commands.terminal import print_arrivals

        print_arrivals(rows)

    @app.command()
    def retry(
        arrival: Annotated[
            str | None, typer.Argument(metavar="[ID]", help="one arrival; default: all that was set aside")
        ] = None,
    ) -> None:
        """Take what was set aside through the service again (it is handled by the next `intake run` or `work`)."""
        from intake.retry import take_back
        from intake.wiring import storage_of

        storage = storage_of(chosen.settings())
        print(take_back(storage, arrival))
        storage.close()
