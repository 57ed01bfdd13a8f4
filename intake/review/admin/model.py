"""The model that reads: which one it is, its figures, and how reviewers corrected it lately."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from intake.review.entry import Guarded, TheSite
from intake.review.record_story import short
from intake.review.site import Site
from intake.settings import Settings
from parsers.nlp.pipeline import MODEL
from storage.figures_reading import Read
from storage.records import Correction
from storage.scope import Scope

LATELY = timedelta(days=90)
MOST_CORRECTIONS = 20
MAIN = ("product", "model", "batch", "quantity_defective", "defect")  # what `intake train` measures by

router = APIRouter(dependencies=[Guarded])


@dataclass(frozen=True, slots=True)
class Model:
    """`mark` is made of the files: two models with the same mark are the same. `trained` is None for the shipped one,
    whose files have the time of their installation.
    """

    folder: str
    own: bool
    mark: str
    release: str
    trained: datetime | None
    texts: int
    main: float | None
    fields: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Lately:
    """What reviewers made of the readings of the last `LATELY`: by field, how many records were confirmed, and the
    last corrections.
    """

    read: Mapping[str, Read]
    reviewed: int
    corrections: Sequence[Correction]


@router.get("/admin/model")
def admin_model(request: Request, site: TheSite) -> Response:
    model, lately = model_of(site.settings), lately_of(site)
    return site.pages.page(
        request,
        "admin_model.html",
        model=model,
        fields=[name for name in MAIN if name in model.fields] + [name for name in model.fields if name not in MAIN],
        read=lately.read,
        reviewed=lately.reviewed,
        days=LATELY.days,
        threshold=float(site.office.policy.review.threshold),
        corrections=[(one, short(one.old), short(one.new)) for one in lately.corrections],
    )


def lately_of(site: Site) -> Lately:
    now = site.clock()
    scope = Scope(now - LATELY, now)
    read: dict[str, Read] = {}
    with site.storage.reading() as work:
        for (_, field), one in work.reading_figures.read(scope).items():
            read.setdefault(field, Read()).add(one)
        reviewed = work.reading_figures.reviewed(scope)
        corrections = work.complaints.corrected_lately(MOST_CORRECTIONS)
    return Lately(read, reviewed, corrections)


def model_of(settings: Settings) -> Model:
    own = bool(settings.model.folder)
    folder = settings.path(settings.model.folder) if own else MODEL
    files = sorted(path for path in folder.glob("*") if path.is_file())
    stats = tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files)
    newest = max((mtime for _, mtime, _ in stats), default=0)
    trained = datetime.fromtimestamp(newest / 1e9, UTC) if own and newest else None
    figures = _figures(folder)
    texts, main = figures.get("texts"), figures.get("main_fields_f1")
    return Model(
        str(folder),
        own,
        _mark(stats),
        _release(),
        trained,
        texts if isinstance(texts, int) else 0,
        float(main) if isinstance(main, int | float) else None,
        _fields(figures.get("fields")),
    )


@lru_cache(maxsize=2)
def _mark(files: tuple[tuple[Path, int, int], ...]) -> str:
    """Eight hexadecimal digits of all that the reader loads."""
    whole = hashlib.sha256()
    for path, _, _ in files:
        if path.suffix != ".py" and path.name != "figures.json":
            whole.update(path.read_bytes())
    return whole.hexdigest()[:8]


def _release() -> str:
    try:
        return version("complaint-intake")
    except PackageNotFoundError:
        return ""


def _fields(read: object) -> dict[str, dict[str, float]]:
    """Those fields that have all their figures."""
    rows = read if isinstance(read, dict) else {}
    return {
        name: one
        for name, one in rows.items()
        if isinstance(one, dict) and all(isinstance(one.get(key), int | float) for key in ("precision", "recall", "f1"))
    }


def _figures(folder: Path) -> dict[str, Any]:
    """What stands beside the model; nothing where its file is not there or broken."""
    try:
        read = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
