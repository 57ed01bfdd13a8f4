"""Old Office formats made into new ones by LibreOffice, where it is installed.

It runs in the process group of the reading child, so whoever kills the child kills it too; with limits of its own for
time, memory and files; with a profile of its own that allows no macros and no links; and without any network, where
the kernel lets a process give its network away. What comes out is read like any other file of its kind.
"""

import ctypes
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from parsers.errors import Unreadable

SECONDS = 12  # of wall and of processor time, within those of a part
MEMORY_BYTES = 1_500_000_000  # of address space; Writer alone takes half of it
FILE_BYTES = 100_000_000
OLD = 3600.0  # seconds after which a folder was left behind by a process that was killed
_PREFIX = "intake-office-"
_RESTARTS = 2  # with a new profile it writes its settings, and asks to be started again
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # unshare(2)
_LIBC = ctypes.CDLL(None)

_ITEM = '<item oor:path="/org.openoffice.{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
_SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Writer/Content/Update", "Link", "2"),  # never
    ("Inet/Settings", "ooInetProxyType", "2"),  # what follows; nobody listens there
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


@dataclass(frozen=True, slots=True)
class Conversion:
    """From one kind of file to another: endings without their dot, and the Debian package that can do it."""

    ending: str
    to: str
    package: str


WRITER, IMPRESS = "libreoffice-writer-nogui", "libreoffice-impress-nogui"
CONVERSIONS: dict[str, Conversion] = {
    "application/msword": Conversion("doc", "docx", WRITER),
    "application/rtf": Conversion("rtf", "docx", WRITER),
    "text/rtf": Conversion("rtf", "docx", WRITER),
    "application/vnd.ms-works": Conversion("wps", "docx", WRITER),
    "application/vnd.ms-powerpoint": Conversion("ppt", "pptx", IMPRESS),
}


@lru_cache(maxsize=1)  # a file with pictures is read, and then its pictures are asked for
def converted(content: bytes, media_type: str) -> bytes:
    """The file in its new format. Raises Unreadable, with the package to install where LibreOffice cannot do it."""
    how = CONVERSIONS[media_type]
    program = _program()
    if program is None:
        raise Unreadable(
            f"Files of the kind .{how.ending} are read by LibreOffice, which is not installed.", _cure(how)
        )
    try:
        with _folder() as folder:
            source, result = folder / f"file.{how.ending}", folder / "out" / f"file.{how.to}"
            source.write_bytes(content)
            for _ in range(_RESTARTS):
                _run(program, folder, source, how)
                if result.is_file():
                    return result.read_bytes()
    except OSError as error:
        raise Unreadable(
            f"LibreOffice has no folder to work in, or could not be started: {error}.", _cure(how)
        ) from error
    raise Unreadable(f"LibreOffice could not open it as .{how.ending}: it, or LibreOffice, is not whole.", _cure(how))


def _cure(how: Conversion) -> str:
    return (
        f"Open the original, or ask the customer for .{how.to} or PDF; "
        f"the Debian package {how.package} lets later ones be read."
    )


def _program() -> Path | None:
    """The program itself, not the script around it, which would leave it behind when killed."""
    script = shutil.which("soffice")
    program = None if script is None else Path(script).resolve().with_name("soffice.bin")
    return program if program is not None and program.is_file() else None


def _run(program: Path, folder: Path, source: Path, how: Conversion) -> None:
    profile = folder / "profile"
    words = [
        str(program), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--invisible", "--nodefault",
        "--norestore", "--nolockcheck", "--nologo", "--convert-to", how.to,
        "--outdir", str(folder / "out"), str(source),
    ]  # fmt: skip
    environment = {"HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    try:
        subprocess.run(
            words,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            preexec_fn=_confine,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"LibreOffice took longer than {SECONDS} s to open it.", _cure(how)) from error


def _confine() -> None:
    """In the new process, before LibreOffice: no network where the kernel allows that, and limits."""
    if _LIBC.unshare(_NEW_NETWORK) != 0:
        _LIBC.unshare(_NEW_USER | _NEW_NETWORK)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for one conversion, with its profile; folders of processes that were killed are cleared away."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        born = folder.stat().st_mtime
        for other in folder.parent.glob(f"{_PREFIX}*"):
            with suppress(OSError):
                if born - other.stat().st_mtime > OLD:
                    shutil.rmtree(other, ignore_errors=True)
        user = folder / "profile" / "user"
        user.mkdir(parents=True)
        items = "".join(_ITEM.format(*each) for each in _SETTINGS)
        (user / "registrymodifications.xcu").write_text(
            '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
            f"{items}</oor:items>",
            encoding="utf-8",
        )
        yield folder
