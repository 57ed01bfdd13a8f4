"""The commands by which people work on records: `act`, `eightd`, `preview`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from intake.commands.line import Chosen
from intake.errors import UsageError

if TYPE_CHECKING:
    from intake.runners.acts import Actions
    from intake.settings import Settings

As = Annotated[str, typer.Option("--as", help="who does it: the mail address of one of our people")]


class _ActCommand(TyperCommand):
    """`intake act --help` lists every act with its keys."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from intake.acts.table import help_lines

        super().format_help(ctx, formatter)
        formatter.write("\nActions:\n" + "".join(f"  {line}\n" for line in help_lines()))


def add_to(app: typer.Typer, chosen: Chosen) -> None:
    """Adds the commands to the terminal's door."""

    @app.command(cls=_ActCommand)
    def act(
        number: Annotated[str, typer.Argument(help="the record's number")],
        action: Annotated[str, typer.Argument(help="what to do; see below")],
        values: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]…", help="its keys")] = None,
        who: As = "",
    ) -> None:
        """Do one step in a record's life, with the rights of one of our people."""
        if not who:
            raise UsageError("Nobody is named who does it.", "Add --as EMAIL.")
        given = dict(_pair(text) for text in values or ())
        config = chosen.settings()
        with _Open(config) as actions:
            case, _ = actions.do(number, action, given, who)
        for sentence in case.told or (f"{action}: done.",):
            print(sentence)

    @app.command()
    def enter(
        values: Annotated[list[str], typer.Argument(metavar="KEY=VALUE…", help="channel=phone and what was said")],
        who: As = "",
    ) -> None:
        """Enter a complaint that came by telephone, by letter, orally, on a visit or with a return."""
        if not who:
            raise UsageError("Nobody is named who takes it.", "Add --as EMAIL.")
        with _Open(chosen.settings()) as actions:
            case = actions.enter(dict(_pair(text) for text in values), who)
        missing = f" Still missing: {', '.join(case.record.missing)}." if case.record.missing else ""
        print(f"{case.number}, class {case.record.letter.value}.{missing}")

    eightd = typer.Typer(help="The 8D report of a record: out, in, and what a customer would send it back for.")
    app.add_typer(eightd, name="eightd", no_args_is_help=True)

    @eightd.command(name="export")
    def export_(
        number: Annotated[str, typer.Argument(help="the record's number")],
        file: Annotated[Path, typer.Argument(help="what to write: .json or .docx")],
        language: Annotated[str, typer.Option(help="zh-CN, zh-TW or en; default: the record's")] = "",
        first: Annotated[bool, typer.Option("--first", help="D0–D3 only")] = False,
    ) -> None:
        """Write a record's 8D as JSON or as the Word form, by the file's ending."""
        from intake.commands.report_files import export_report

        with _Open(chosen.settings()) as actions:
            print(export_report(actions, number, file, language, first))

    @eightd.command(name="import")
    def import_(
        number: Annotated[str, typer.Argument(help="the record's number")],
        file: Annotated[Path, typer.Argument(help="a .json that was exported, or the filled Word form")],
        who: As = "",
    ) -> None:
        """Take a record's 8D in from JSON or from the filled Word form."""
        from intake.commands.report_files import import_report

        if not who:
            raise UsageError("Nobody is named who does it.", "Add --as EMAIL.")
        with _Open(chosen.settings()) as actions:
            for line in import_report(actions, number, file, who):
                print(line)

    @eightd.command()
    def check(
        number: Annotated[str, typer.Argument(help="the record's number")],
        first: Annotated[bool, typer.Option("--first", help="as the first report, D0–D3")] = False,
        language: Annotated[str, typer.Option(help="zh-CN, zh-TW or en; default: the company's")] = "",
    ) -> None:
        """Print what a customer would send the 8D back for; exit 1 where a check stops it."""
        from intake.commands.report_files import check_report

        with _Open(chosen.settings()) as actions:
            lines, stops = check_report(actions, number, first, language)
        for line in lines:
            print(line)
        if stops:
            raise SystemExit(1)

    @eightd.command()
    def form(
        customer: Annotated[str, typer.Argument(help="the customer's name")],
        file: Annotated[Path, typer.Argument(help="its own report form, .xlsx or .docx")],
        mapping: Annotated[
            Path | None, typer.Option(help="the mapping that fills it; without one, one is proposed")
        ] = None,
        who: As = "",
    ) -> None:
        """Take in a customer's own report form, which its reports are sent in too."""
        from intake.commands.report_files import set_form

        with _Open(chosen.settings()) as actions:
            for line in set_form(actions, customer, file, mapping, who):
                print(line)

    @app.command()
    def slip(
        number: Annotated[str, typer.Argument(help="the record's number")],
        file: Annotated[Path, typer.Argument(help="the .docx to write")],
        language: Annotated[str, typer.Option(help="zh-CN, zh-TW or en; default: the company's")] = "",
    ) -> None:
        """Write the quality information slip (产品销售质量信息传递单) of a record."""
        from intake.commands.report_files import write_slip

        with _Open(chosen.settings()) as actions:
            print(write_slip(actions, number, file, language))

    @app.command()
    def preview(
        purpose: Annotated[str, typer.Argument(help="the letter's purpose")],
        language: Annotated[str, typer.Option("--language", help="zh-CN, zh-TW or en")] = "",
        number: Annotated[str, typer.Option("--number", help="a record; default: sample data")] = "",
        out: Annotated[Path | None, typer.Option("--out", help="a folder for subject, text and HTML")] = None,
    ) -> None:
        """Show any letter with sample data or a record's, as text and HTML."""
        from intake.preview import preview as show

        config = chosen.settings()
        if not number:
            rendered = show(config, purpose, language)
        else:
            with _Open(config) as actions:
                rendered = show(config, purpose, language, actions, number)
        if out is None:
            print(rendered.subject, rendered.text, sep="\n\n")
            return
        out.mkdir(parents=True, exist_ok=True)
        for ending, text in (("txt", f"{rendered.subject}\n\n{rendered.text}"), ("html", rendered.html)):
            (out / f"{purpose}.{ending}").write_text(text, encoding="utf-8")
            print(out / f"{purpose}.{ending}", file=sys.stdout)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"{text!r} is no KEY=VALUE.", "Write KEY=VALUE, in quotes where it holds blanks.")
    return name.strip(), value


class _Open:
    """The acts on a site's database, closed in the end."""

    def __init__(self, config: "Settings") -> None:
        self._config = config

    def __enter__(self) -> "Actions":
        from intake.wiring import actions_of

        self._storage, actions = actions_of(self._config)
        return actions

    def __exit__(self, *_: object) -> None:
        self._storage.close()
