"""`intake webhooks`: what receivers were told, what waits, what was given up; and sending it again."""

from typing import Annotated

import typer

from intake.commands.line import Chosen
from intake.errors import UsageError

MOST = 50  # messages listed


def add_to(app: typer.Typer, chosen: Chosen) -> None:
    """Adds the group of commands to the terminal's door."""
    webhooks = typer.Typer(name="webhooks", help="Who is told what happens to records, and what they were told.")
    app.add_typer(webhooks)

    @webhooks.callback(invoke_without_command=True)
    def show(
        context: typer.Context,
        state: Annotated[str, typer.Option(help="waiting, delivered or given_up; default: what is not delivered")] = "",
    ) -> None:
        """List the webhooks, and the newest of their messages."""
        if context.invoked_subcommand is not None:
            return
        from intake.runners.webhooks import health
        from intake.wiring import storage_of
        from storage.outbox_rows import DeliveryState

        if state and state not in list(DeliveryState):
            raise UsageError(f"{state!r} is no state of a message.", f"Use {', '.join(DeliveryState)}.")
        config = chosen.settings()
        zone = config.company.zone
        storage = storage_of(config)
        stands = health(storage)
        wanted = [DeliveryState(state)] if state else [DeliveryState.GIVEN_UP, DeliveryState.WAITING]
        with storage.reading() as work:
            found = [one for each in wanted for one in work.outbox.listing(each, None, MOST)]
        storage.close()
        known = {one.name: one.url for one in config.webhooks}
        for name in sorted({*known, *stands}):
            counts = stands.get(name, {})
            told = ", ".join(f"{counts.get(str(each), 0)} {each}" for each in DeliveryState)
            print(f"{name}\t{known.get(name, 'not in the settings any more')}\t{told}")
        if not known and not stands:
            print("No webhook is set: add a [[webhooks]] table to the settings.")
        for one in found:
            at = f"{one.next_try_at.astimezone(zone):%Y-%m-%d %H:%M}" if one.next_try_at else "-"
            line = (
                str(one.id),
                one.webhook,
                one.event,
                one.record,
                str(one.state),
                f"{one.attempts} tries",
                f"next {at}",
            )
            print("\t".join((*line, one.answer)))

    @webhooks.command()
    def resend(
        message: Annotated[
            int | None, typer.Argument(metavar="[ID]", help="one message; default: all that were given up", min=1)
        ] = None,
    ) -> None:
        """Let a message, or all that were given up, be sent again (by the next `intake run` or `send`)."""
        from intake.runners.webhooks import send_again
        from intake.wiring import storage_of

        storage = storage_of(chosen.settings())
        print(f"{send_again(storage, message)} to be sent again.")
        storage.close()
