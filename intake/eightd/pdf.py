"""A Word file as PDF, where LibreOffice is installed; in a process of its own that is killed when it takes too long."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

LONGEST = 60.0  # seconds


def office() -> str | None:
    """The program that converts; None where it is not installed (Debian: libreoffice-writer-nogui)."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def as_pdf(content: bytes, seconds: float = LONGEST) -> bytes | None:
    """The pages of a .docx; None where there is no LibreOffice, or it does not get done. The file is our own form; its
    profile is made anew each time.
    """
    program = office()
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="intake-pdf-") as place:
        source = Path(place) / "report.docx"
        source.write_bytes(content)
        command = [
            program, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation=file://{place}/profile",
            "--convert-to", "pdf", "--outdir", place, str(source),
        ]  # fmt: skip
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return None
        made = source.with_suffix(".pdf")
        return made.read_bytes() if made.is_file() else None
