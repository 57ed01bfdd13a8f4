"""What reading one mail may cost at the most. A plain value, so that a child process can be given it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Bytes, parts, pages and characters of one mail; the settings' `[limits]` say the same for a site."""

    mail_bytes: int = 50_000_000
    part_bytes: int = 30_000_000
    parts: int = 200
    pages: int = 100
    characters: int = 2_000_000
    part_seconds: float = 20.0
    mail_seconds: float = 90.0
    memory_bytes: int = 2_147_483_648
    ocr_page_seconds: float = 60.0
    ocr_memory_bytes: int = 4_294_967_296
    ocr_idle_seconds: float = 60.0
