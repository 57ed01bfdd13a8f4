"""What every page works with, built once and carried by the application."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import Request

from intake.clock import Clock
from intake.desk import Office
from intake.import_jobs import Importer
from intake.review.live import Pulse
from intake.review.oidc import Provider
from intake.review.pages import Pages
from intake.review.record_originals import Originals
from intake.runners.acts import Actions
from intake.settings import Settings
from storage import Storage
from storage.blobs import Blobs

GiveLetters = Callable[[Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class Site:
    """`give_letters` hands letters that may go to the sender of this process; without one they wait for its sweep."""

    settings: Settings
    storage: Storage
    blobs: Blobs
    office: Office
    clock: Clock
    actions: Actions
    pages: Pages
    pulse: Pulse
    provider: Provider | None
    give_letters: GiveLetters
    originals: Originals
    imports: Importer


def site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site
