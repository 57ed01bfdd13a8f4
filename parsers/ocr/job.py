"""What the recognising child does: the picture of a page, or of a piece of one, in, what was seen on it out.

The libraries are imported before the child is forked and shared by all; the models are loaded in the child, because
they start threads, which do not survive a fork.
"""

from collections.abc import Callable, Mapping

from parsers.files.seen import PagePicture, Piece, SeenPage

Look = Callable[[PagePicture | Piece, Callable[[str], None], Mapping[str, str]], SeenPage]


def open_eyes() -> Look:
    """The reading itself; the first page also waits for the models (about a second)."""
    import cv2
    import rapidocr

    from parsers.ocr.engine import Engine, inference_library
    from parsers.ocr.look import look
    from parsers.ocr.piece import look_at

    inference_library()
    del cv2, rapidocr
    engines: list[Engine] = []

    def see(picture: PagePicture | Piece, report: Callable[[str], None], skip: Mapping[str, str]) -> SeenPage:
        if not engines:
            engines.append(Engine())
        return look_at(picture, engines[0]) if isinstance(picture, Piece) else look(picture, engines[0])

    return see
