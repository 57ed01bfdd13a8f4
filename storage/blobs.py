"""Raw mails and attachments by the SHA-256 of their bytes: `ab/cd/abcd…`. The same bytes are kept once.

A put returns when the bytes outlive a power cut. A folder of our own writes, fsyncs and renames each file and then
fsyncs its folders (obstore's LocalStore renames without any fsync, so it is not used there); a group is synced side by
side, which the file system joins into few commits. An object store (`s3://…`, and what else obstore knows by URL) is
durable when it answers; its keys come from the environment that obstore itself reads.
"""

import hashlib
import os
import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

from storage.errors import Damaged, NotThere, StorageTrouble

_SIDE_BY_SIDE = 8
_PATIENCE = {"retry_config": {"max_retries": 3, "retry_timeout": timedelta(seconds=30)}}
_STALE_SECONDS = 86_400  # a half-written file of a crash is older than this, one being written never
_NAME = re.compile("[0-9a-f]{64}")

Given = TypeVar("Given")
Got = TypeVar("Got")


class Blobs(Protocol):
    """Bytes by their SHA-256."""

    def put(self, content: bytes) -> str:
        """Keeps bytes durably and returns their name; a second put of the same changes nothing."""
        ...

    def put_many(self, contents: Sequence[bytes]) -> list[str]:
        """The same for a group, at less cost; all of it is durable on return."""
        ...

    def get(self, sha: str) -> bytes:
        """The bytes of a name; NotThere if unknown, StorageTrouble if they are not what was kept."""
        ...

    def exists(self, sha: str) -> bool: ...


def open_blobs(place: str) -> Blobs:
    """A folder (made where it does not exist), or an object store by its URL."""
    scheme, separator, rest = place.partition("://")
    if not separator:
        return FolderBlobs(Path(place))
    if scheme == "file":
        return FolderBlobs(Path(rest))
    return ObjectBlobs(place)


def _name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _place(sha: str) -> str:
    """`ab/cd/abcd…`; what is no SHA-256 can name no file (and never `../`)."""
    if not _NAME.fullmatch(sha):
        raise NotThere("What was asked for is no SHA-256 of a kept file.")
    return f"{sha[:2]}/{sha[2:4]}/{sha}"


def _checked(sha: str, content: bytes) -> bytes:
    if _name(content) != sha:
        raise Damaged(f"The kept file {sha[:12]}… is damaged.", "Restore it from the backup of the files folder.")
    return content


def _missing(sha: str) -> NotThere:
    return NotThere(f"The kept file {sha[:12]}… is missing.", "Restore it from the backup of the files folder.")


class FolderBlobs:
    """Blobs in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._incoming = self._folder / "incoming"
        self._synced: set[Path] = set()  # folders that are known to outlive a power cut
        self._pool = ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="blobs")
        self._guarded(self._prepare)

    def put(self, content: bytes) -> str:
        return self.put_many([content])[0]

    def put_many(self, contents: Sequence[bytes]) -> list[str]:
        names = [_name(content) for content in contents]
        self._guarded(lambda: self._write(dict(zip(names, contents, strict=True))))
        return names

    def get(self, sha: str) -> bytes:
        path = self._folder / _place(sha)
        return _checked(sha, self._guarded(lambda: _read(sha, path)))

    def exists(self, sha: str) -> bool:
        return (self._folder / _place(sha)).is_file()

    def _prepare(self) -> None:
        self._incoming.mkdir(parents=True, exist_ok=True)
        os.utime(self._incoming)
        now = self._incoming.stat().st_mtime
        for left in self._incoming.iterdir():
            if now - left.stat().st_mtime > _STALE_SECONDS:
                left.unlink(missing_ok=True)

    def _write(self, group: dict[str, bytes]) -> None:
        paths = {sha: self._folder / _place(sha) for sha in group}
        folders = {path.parent for path in paths.values()}
        new = {sha: self._incoming / uuid.uuid4().hex for sha, path in paths.items() if not _is_whole(path, group[sha])}
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        try:
            self._side_by_side(lambda sha: _write_synced(new[sha], group[sha]), new)
            for sha, written in new.items():
                written.replace(paths[sha])
        finally:
            for written in new.values():
                written.unlink(missing_ok=True)
        self._sync_folders(folders)

    def _sync_folders(self, folders: set[Path]) -> None:
        """The files' own folders always (another process may have renamed, but not synced); those above once."""
        above = {up for folder in folders - self._synced for up in (folder.parent, self._folder)}
        self._side_by_side(_sync_folder, folders | above)
        self._synced |= folders

    def _side_by_side(self, act: Callable[[Given], None], each: Iterable[Given]) -> None:
        for _ in self._pool.map(act, each):
            pass

    def _guarded(self, act: Callable[[], Got]) -> Got:
        """Runs what touches the disk; its errors come out with a remedy."""
        try:
            return act()
        except OSError as error:
            raise StorageTrouble(
                f"The files folder {self._folder} cannot be used: {error.strerror}.",
                "Free space on its disk, or give the service's user the right to write there.",
            ) from error


def _read(sha: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise _missing(sha) from error


def _is_whole(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content)
    except FileNotFoundError:
        return False


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class ObjectBlobs:
    """Blobs in an object store, such as S3."""

    def __init__(self, url: str) -> None:
        import obstore
        from obstore.exceptions import BaseError

        self._api: Any = obstore
        self._error: type[Exception] = BaseError
        self._pool = ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="blobs")
        try:
            self._store = self._api.store.from_url(url, **({} if url.startswith("memory:") else _PATIENCE))
        except (BaseError, ValueError) as error:
            raise StorageTrouble(
                "The setting files.folder is no object store that can be used.",
                "Write a folder, or s3://BUCKET/PREFIX.",
            ) from error

    def put(self, content: bytes) -> str:
        sha = _name(content)
        if not self.exists(sha):
            self._asked(lambda: self._create(sha, content))
        return sha

    def put_many(self, contents: Sequence[bytes]) -> list[str]:
        return list(self._pool.map(self.put, contents))

    def get(self, sha: str) -> bytes:
        place = _place(sha)
        try:
            return _checked(sha, bytes(self._asked(lambda: self._api.get(self._store, place).bytes())))
        except FileNotFoundError as error:
            raise _missing(sha) from error

    def exists(self, sha: str) -> bool:
        place = _place(sha)
        try:
            self._asked(lambda: self._api.head(self._store, place))
        except FileNotFoundError:
            return False
        return True

    def _create(self, sha: str, content: bytes) -> None:
        """Whole or not at all: an object store shows no half-written object, and equal names hold equal bytes."""
        self._api.put(self._store, _place(sha), content)

    def _asked(self, act: Callable[[], Got]) -> Got:
        try:
            return act()
        except FileNotFoundError:
            raise
        except (self._error, OSError) as error:
            raise StorageTrouble(
                f"The object store of the files cannot be used ({type(error).__name__}).",
                "Check files.folder, the keys in the environment, and the network.",
            ) from error
