"""How large a file becomes once it is unpacked: what a small archive may do to the one who opens it."""

import io
import zipfile

MOST = 200_000_000  # bytes, of a workbook or Word file that is opened in the site itself


def unpacked(content: bytes) -> int:
    """Bytes, as the archive itself says; of what is no archive, its own."""
    try:
        return sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(content)).infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return len(content)
