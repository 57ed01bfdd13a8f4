"""`read`, `extract`, `evaluate`, `train`: reading without keeping, how well it is done, and learning from it."""

from pathlib import Path
from typing import Annotated

import typer

from intake.commands.line import AsJson, Chosen, print_lines
from intake.errors import UsageError

Files = Annotated[list[Path], typer.Argument(help="mails (.eml) or documents")]


def add_to(app: typer.Typer, chosen: Chosen) -> None:
    """Adds the commands to the terminal's door."""

    @app.command()
    def read(files: Files) -> None:
        """Print what the mail parser made of each mail: one JSON object a line."""
        from intake.commands.extract import read_all

        print_lines(read_all(files))

    @app.command()
    def extract(
        files: Files,
        ours: Annotated[list[str] | None, typer.Option("--ours", help="a further name of our own company")] = None,
    ) -> None:
        """Print what the extractor made of each mail or document: one JSON object a line."""
        from intake.commands.extract import extract_all
        from intake.policy.model import load_policy
        from intake.runners.read import Reader
        from intake.wiring import limits_of, model_of, ours_of, policy_of
        from parsers.limits import ReadLimits
        from parsers.types import Ours

        known = chosen.known()
        own = ours_of(known) if known else Ours()
        own = Ours((*own.names, *(ours or ())), own.addresses, own.domains)
        policy = policy_of(known) if known else load_policy(None)
        size = min(known.work.readers if known else 2, len(files))
        model = model_of(known) if known else ""
        reader = Reader(own, limits_of(known) if known else ReadLimits(), size, model)
        try:
            print_lines(extract_all(files, reader, policy, size))
        finally:
            reader.close()

    @app.command()
    def evaluate(
        folder: Annotated[Path, typer.Argument(help="mails NNN.eml, each beside its answer NNN.json")],
        as_json: AsJson = False,
        worst: Annotated[int, typer.Option(help="how many of the worst cases to list")] = 10,
    ) -> None:
        """Measure the extractor on mails whose answers are known; lists the worst cases."""
        from intake.commands.evaluate import judge_folder, lines, summary
        from intake.policy.model import load_policy
        from intake.wiring import limits_of, model_of, policy_of
        from parsers.limits import ReadLimits

        known = chosen.known()
        policy = policy_of(known) if known else load_policy(None)
        limits = limits_of(known) if known else ReadLimits()
        report = summary(list(judge_folder(folder, policy, limits, model_of(known) if known else "")), worst)
        if as_json:
            print_lines([report])
            return
        for line in lines(report):
            print(line)

    @app.command()
    def train(
        to: Annotated[
            Path | None, typer.Option("--to", help="the folder of the model; default: [model] folder")
        ] = None,
    ) -> None:
        """Make a model of the shipped corpus and the reviewers' corrections; keep it only if it reads better."""
        from intake.commands.train import Reviewed, reviewed, train
        from intake.log import configure
        from intake.wiring import blobs_of, reader_of, storage_of
        from parsers.nlp.training.build import settings as how

        known = chosen.known()
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
