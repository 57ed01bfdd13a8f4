"""The terminal's door: the commands of the service.

Every person's mistake is one line on standard error, `error: what is wrong. What to do.`, and an exit status: 2 for
wrong use
or settings, 1 for work that failed. What is heavy is imported by the command that needs it.
"""

import io
import json
import signal
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.exceptions import TyperException

from intake import cli_life
from intake.cli_user import user_commands
from intake.cli_webhooks import webhook_commands
from intake.errors import IntakeError, UsageError
from intake.settings import Settings, default_path, load

app = typer.Typer(
    name="intake",
    help="Reads customer complaints from mail and fax, opens tracked records, answers within every promised window.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Files = Annotated[list[Path], typer.Argument(help="mails (.eml) or documents")]
Once = Annotated[bool, typer.Option("--once", help="do all that waits, then end")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON object a line")]

_config: Path | None = None


@app.callback()
def _options(
    config: Annotated[
        Path | None, typer.Option("--config", help="the settings file; default: $INTAKE_CONFIG, else intake.toml")
    ] = None,
) -> None:
    global _config
    _config = config or _config


def settings() -> Settings:
    return load(_config or default_path())


app.add_typer(user_commands(settings))
app.add_typer(webhook_commands(settings))


# -------------------------------------------------------------------- reading without keeping


@app.command()
def read(files: Files) -> None:
    """Print what the mail parser made of each mail: one JSON object a line."""
    from intake.extract import read_all

    _print_lines(read_all(files))


@app.command()
def extract(
    files: Files,
    ours: Annotated[list[str] | None, typer.Option("--ours", help="a further name of our own company")] = None,
) -> None:
    """Print what the extractor made of each mail or document: one JSON object a line."""
    from intake.extract import extract_all
    from intake.policy.model import load_policy
    from intake.runners.read import Reader
    from intake.wiring import limits_of, model_of, ours_of, policy_of
    from parsers.limits import ReadLimits
    from parsers.types import Ours

    path = _config or default_path()
    known = load(path) if _config is not None or path.exists() else None
    own = ours_of(known) if known else Ours()
    own = Ours((*own.names, *(ours or ())), own.addresses, own.domains)
    policy = policy_of(known) if known else load_policy(None)
    size = min(known.work.readers if known else 2, len(files))
    model = model_of(known) if known else ""
    reader = Reader(own, limits_of(known) if known else ReadLimits(), size, model)
    try:
        _print_lines(extract_all(files, reader, policy, size))
    finally:
        reader.close()


@app.command()
def evaluate(
    folder: Annotated[Path, typer.Argument(help="mails NNN.eml, each beside its answer NNN.json")],
    as_json: AsJson = False,
    worst: Annotated[int, typer.Option(help="how many of the worst cases to list")] = 10,
) -> None:
    """Measure the extractor on mails whose answers are known; lists the worst cases."""
    from intake.evaluate import judge_folder, lines, summary
    from intake.policy.model import load_policy
    from intake.wiring import limits_of, model_of, policy_of
    from parsers.limits import ReadLimits

    path = _config or default_path()
    known = load(path) if _config is not None or path.exists() else None
    policy = policy_of(known) if known else load_policy(None)
    limits = limits_of(known) if known else ReadLimits()
    report = summary(list(judge_folder(folder, policy, limits, model_of(known) if known else "")), worst)
    if as_json:
        _print_lines([report])
        return
    for line in lines(report):
        print(line)


@app.command()
def train(
    to: Annotated[Path | None, typer.Option("--to", help="the folder of the model; default: [model] folder")] = None,
) -> None:
    """Make a model of the shipped corpus and the reviewers' corrections; keep it only if it reads better."""
    from intake.log import configure
    from intake.train import Reviewed, reviewed, train
    from intake.wiring import blobs_of, reader_of, storage_of
    from parsers.nlp.training.build import settings as how

    path = _config or default_path()
    known = load(path) if _config is not None or path.exists() else None
    folder = to or (known.path(known.model.folder) if known and known.model.folder else None)
    if folder is None:
        raise UsageError(
            "No folder is named for the model.", "Set [model] folder in the settings, or give --to FOLDER."
        )
    configure("WARNING")
    texts = Reviewed()
    if known:
        reader = reader_of(known.model_copy(update={"model": type(known.model)()}))
        try:
            texts = reviewed(storage_of(known), blobs_of(known), reader)
        finally:
            reader.close()
    train(folder, how(), texts, say=lambda line: print(line, flush=True))


def _print_lines(objects: Iterable[Mapping[str, Any]]) -> None:
    failed = False
    for line in objects:
        failed = failed or "error" in line
        print(json.dumps(line, ensure_ascii=False), flush=True)
    if failed:
        raise SystemExit(1)


# -------------------------------------------------------------------- the service and its parts


@app.command()
def run(once: Once = False) -> None:
    """Run the whole service: fetch, read, decide, send, watch the clock, review site."""
    _serve(once, poll=True, work=True, send=True, watch=True, review=True)


@app.command()
def poll(once: Once = False) -> None:
    """Only take mails and files in."""
    _serve(once, poll=True)


@app.command()
def work(once: Once = False) -> None:
    """Only read what was taken in, and open records."""
    _serve(once, work=True)


@app.command()
def send(once: Once = False) -> None:
    """Only send letters."""
    _serve(once, send=True)


@app.command()
def watch(once: Once = False) -> None:
    """Only watch the clock: reminders, escalation, progress letters."""
    _serve(once, watch=True)


@app.command()
def review() -> None:
    """Only the review site."""
    from intake.log import configure
    from intake.wiring import review_site

    configure()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    config = settings()
    with review_site(config):
        print(f"The review site listens at {config.review.url}. Ctrl-C ends it.", flush=True)
        stop.wait()


def _serve(once: bool, **parts: bool) -> None:
    from intake.log import configure
    from intake.wiring import Parts, Service

    configure("WARNING" if once else "INFO")
    sys.setswitchinterval(0.0005)  # a thread that waits for a server must not wait ten times as long for its turn here
    with Service(settings(), Parts(**parts)) as service:
        if not once:
            signal.signal(signal.SIGTERM, lambda *_: service.stop())
            signal.signal(signal.SIGINT, lambda *_: service.stop())
            service.stay()
            return
        service.once()
    for trouble in service.troubles:
        print(f"error: {trouble}", file=sys.stderr)
    if service.troubles:
        raise SystemExit(1)


# -------------------------------------------------------------------- what is kept


@app.command()
def records(
    number: Annotated[str | None, typer.Argument(help="one record's number")] = None, as_json: AsJson = False
) -> None:
    """List the records, or show one."""
    from intake.listing import record_of
    from intake.wiring import storage_of

    config = settings()
    storage = storage_of(config)
    with storage.unit() as unit:
        found = [unit.complaints.get(number)] if number else unit.complaints.everything()
        rows = [record_of(unit, record, config.company.zone) for record in found if record is not None]
    storage.close()
    if number and not rows:
        raise UsageError(f"There is no record {number}.", "`intake records` lists them.")
    if as_json:
        _print_lines(rows)
        return
    from intake.terminal import print_record, print_records

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
    config = settings()
    storage = storage_of(config)
    with storage.unit() as unit:
        found = unit.arrivals.everything(ArrivalState(state) if state else None)
        rows = [arrival_json(arrival, config.company.zone) for arrival in found]
    storage.close()
    if as_json:
        _print_lines(rows)
        return
    from intake.terminal import print_arrivals

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

    storage = storage_of(settings())
    print(take_back(storage, arrival))
    storage.close()


# -------------------------------------------------------------------- master data, lists, setting up


@app.command(name="import")
def import_(
    what: Annotated[str, typer.Argument(help="customers, products, shipments or people")],
    file: Annotated[Path, typer.Argument(help="CSV or XLSX")],
) -> None:
    """Take master data in from a file; says what was added, changed and refused, row by row."""
    from intake.importing import import_file
    from intake.wiring import storage_of

    storage = storage_of(settings())
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

    config = settings()
    storage = storage_of(config)
    print(
        export_file(what, storage, file, start, end, config.company.name, config.company.zone, config.company.language)
    )
    storage.close()


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="where the settings are to stand")] = Path(),
    administrator: Annotated[str, typer.Option(help="mail address of the first administrator")] = "",
) -> None:
    """Write commented settings, create the database, and enter the first administrator. Overwrites nothing."""
    from intake.setup import create

    for line in create(folder, administrator):
        print(line)


@app.command()
def check() -> None:
    """Try all that the settings name, and say how to mend what fails."""
    from intake.check import check_all
    from intake.terminal import print_checks

    results = list(check_all(settings()))
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


cli_life.add_to(app, settings)


# -------------------------------------------------------------------- the door itself


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """The `intake` command."""
    global _config
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name may be no text of this terminal's
    words = list(sys.argv[1:] if arguments is None else arguments)
    _config = None
    try:
        _config, words = _take_config(words or ["--help"])
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
