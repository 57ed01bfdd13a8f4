"""`init`, `check`, `demo`: setting the service up, trying its settings, and seeing it work without any."""

from pathlib import Path
from typing import Annotated

import typer

from intake.commands.line import Chosen, Once


def add_to(app: typer.Typer, chosen: Chosen) -> None:
    """Adds the commands to the terminal's door."""

    @app.command()
    def init(
        folder: Annotated[Path, typer.Argument(help="where the settings are to stand")] = Path(),
        administrator: Annotated[str, typer.Option(help="mail address of the first administrator")] = "",
    ) -> None:
        """Write commented settings, create the database, and enter the first administrator. Overwrites nothing."""
        from intake.commands.setup import create

        for line in create(folder, administrator):
            print(line)

    @app.command()
    def check() -> None:
        """Try all that the settings name, and say how to mend what fails."""
        from intake.commands.check import check_all
        from intake.commands.terminal import print_checks

        results = list(check_all(chosen.settings()))
        print_checks(results)
        if not all(result.ok for result in results):
            raise SystemExit(1)

    @app.command()
    def demo(
        once: Once = False, folder: Annotated[Path | None, typer.Option(help="a fresh folder; default: ./demo")] = None
    ) -> None:
        """Show the whole product on sample mail, with nothing to configure."""
        from intake.demo import show

        show(folder or Path("demo"), once)
