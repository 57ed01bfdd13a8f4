"""`run` and its parts: `poll`, `work`, `send`, `watch`, `review`."""

import signal
import sys
import threading

import typer

from intake.commands.line import Chosen, Once
from intake.settings import Settings


def add_to(app: typer.Typer, chosen: Chosen) -> None:
    """Adds the commands to the terminal's door."""

    @app.command()
    def run(once: Once = False) -> None:
        """Run the whole service: fetch, read, decide, send, watch the clock, review site."""
        _serve(chosen.settings(), once, poll=True, work=True, send=True, watch=True, review=True)

    @app.command()
    def poll(once: Once = False) -> None:
        """Only take mails and files in."""
        _serve(chosen.settings(), once, poll=True)

    @app.command()
    def work(once: Once = False) -> None:
        """Only read what was taken in, and open records."""
        _serve(chosen.settings(), once, work=True)

    @app.command()
    def send(once: Once = False) -> None:
        """Only send letters."""
        _serve(chosen.settings(), once, send=True)

    @app.command()
    def watch(once: Once = False) -> None:
        """Only watch the clock: reminders, escalation, progress letters."""
        _serve(chosen.settings(), once, watch=True)

    @app.command()
    def review() -> None:
        """Only the review site."""
        from intake.log import configure
        from intake.wiring import review_site

        configure()
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        config = chosen.settings()
        with review_site(config):
            print(f"The review site listens at {config.review.url}. Ctrl-C ends it.", flush=True)
            stop.wait()


def _serve(settings: Settings, once: bool, **parts: bool) -> None:
    from intake.log import configure
    from intake.wiring import Parts, Service

    configure("WARNING" if once else "INFO")
    sys.setswitchinterval(0.0005)  # a thread that waits for a server must not wait ten times as long for its turn here
    with Service(settings, Parts(**parts)) as service:
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
