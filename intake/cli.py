"""The terminal's door: the commands of the service (`intake.commands`), joined.

Every person's mistake is one line on standard error, `error: what is wrong. What to do.`, and an exit status: 2 for
wrong use or settings, 1 for work that failed. What is heavy is imported by the command that needs it.
"""

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from intake.commands import beginning, kept, life, reading, service, tables, users, webhooks
from intake.commands.line import Chosen
from intake.errors import IntakeError, UsageError

app = typer.Typer(
    name="intake",
    help="Reads customer complaints from mail and fax, opens tracked records, answers within every promised window.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
chosen = Chosen()


@app.callback()
def _options(
    config: Annotated[
        Path | None, typer.Option("--config", help="the settings file; default: $INTAKE_CONFIG, else intake.toml")
    ] = None,
) -> None:
    from intake.log import configure

    configure("WARNING")  # what a command prints is its answer; `run` and its parts tell more, on standard error too
    chosen.path = config or chosen.path


for group in (reading, service, kept, tables, beginning, life, users, webhooks):
    group.add_to(app, chosen)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """The `intake` command."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name may be no text of this terminal's
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        chosen.path, words = _take_config(words or ["--help"])
        status = typer.main.get_command(app).main(words, prog_name="intake", standalone_mode=False)
    except IntakeError as error:
        _fail(str(error), error.exit_status)
    except typer.Abort:
        _fail("Interrupted.", 130)
    except TyperException as error:
        _fail(f"{_said(error)} See `intake --help`.", 2)
    except _troubles() as error:
        _fail(*_named(error))
    except KeyboardInterrupt:
        _fail("Interrupted.", 130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def _said(error: TyperException) -> str:
    """What is wrong with the command line, as the library words it."""
    worded = getattr(error, "format_message", None)
    return str(worded()) if callable(worded) else str(error)


def _troubles() -> tuple[type[Exception], ...]:
    """What storage and letters raise. Asked for once something went wrong, so that no command loads what it does not
    use.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from storage.errors import StorageTrouble
    from templates.errors import TemplateTrouble

    return StorageTrouble, TemplateTrouble, SQLAlchemyError


def _named(error: Exception) -> tuple[str, int]:
    """The sentence and the exit status of such a trouble; what a driver raised is named by what it means."""
    from sqlalchemy.exc import SQLAlchemyError

    from storage.errors import trouble_of
    from templates.errors import TemplateTrouble

    if isinstance(error, SQLAlchemyError):
        return str(trouble_of(error)), IntakeError.exit_status
    return str(error), UsageError.exit_status if isinstance(error, TemplateTrouble) else IntakeError.exit_status


def _take_config(words: list[str]) -> tuple[Path | None, list[str]]:
    """`--config FILE` may stand anywhere on the line."""
    rest: list[str] = []
    found: Path | None = None
    waiting = iter(words)
    for word in waiting:
        if word == "--config":
            value = next(waiting, None)
            if value is None:
                raise UsageError("--config needs a file.", "Write --config FILE.")
            found = Path(value)
        elif word.startswith("--config="):
            found = Path(word.removeprefix("--config="))
        else:
            rest.append(word)
    return found, rest


def _fail(sentence: str, status: int) -> NoReturn:
    print(f"error: {' '.join(sentence.split())}", file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main()
