"""The way between PCs: a place where immutable files are put, seen and read; the merge knows no more of it."""

from __future__ import annotations

import contextlib
import errno
import os
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from salesdesk.domain.errors import EnvironmentFault
from salesdesk.services.files import fault_of

T = TypeVar("T")
ROOT = "salesdesk"
"""Folder under the share that holds everything of ours."""


class Transport(Protocol):
    """A third way is one class with these five methods. Names are like "d/<device>/00000001.seg": lower case, short, ASCII."""

    @property
    def place(self) -> str:
        """Where it is, as the clerk knows it."""
        ...

    def names(self, folder: str) -> list[str]:
        """Names directly under a folder, [] when there is none. Raises EnvironmentFault when the place cannot be reached."""
        ...

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, None when it is not there."""
        ...

    def publish(self, name: str, data: bytes) -> bool:
        """Put a file there whole or not at all, never in the place of another: False when other bytes stand under the name."""
        ...

    def remove(self, name: str) -> None:
        """Take away a file that nobody needs any more; nothing happens when it is gone already."""
        ...


def passing(step: str) -> None:
    """A named moment between two steps that must not depend on one another; tests stop the program here."""


_PATIENCE = (0.05, 0.1, 0.2, 0.4, 0.8, 1.5)
"""Seconds between tries while a virus scanner or indexer holds a file; three seconds in all."""
_HELD = {5, 32, 33}
"""Windows: access denied (also: the target is open), sharing violation, lock violation."""


class FolderTransport:
    """A folder: a mapped drive, a UNC path, a USB stick. Absence is told, never taken for emptiness."""

    def __init__(self, share: Path) -> None:
        self.share = share
        self.root = share / ROOT

    @property
    def place(self) -> str:
        return str(self.share)

    def names(self, folder: str) -> list[str]:
        path = self.root / folder if folder else self.root
        try:
            return sorted(entry.name for entry in os.scandir(path))
        except FileNotFoundError as error:
            self._present(error)
            return []
        except NotADirectoryError:
            return []
        except OSError as error:
            raise self._fault(error, path) from error

    def read(self, name: str) -> bytes | None:
        path = self.root / name

        def once() -> bytes:
            with path.open("rb") as file:  # opened, read, closed at once: an open file hinders others
                return file.read()

        try:
            return _patiently(once)
        except FileNotFoundError as error:
            self._present(error)
            return None
        except (IsADirectoryError, NotADirectoryError):
            return None
        except PermissionError as error:
            if path.is_dir():
                return None
            raise self._fault(error, path) from error
        except OSError as error:
            raise self._fault(error, path) from error

    def publish(self, name: str, data: bytes) -> bool:
        target = self.root / name
        self._present(None)
        standing = self.read(name)
        if standing is not None and (standing == data or not data.startswith(standing)):
            return standing == data
        draft = target.with_name(f"{uuid.uuid4().hex[:12]}.tmp")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with draft.open("xb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                passing("written")
                if (
                    standing is not None
                ):  # cut off by a full disk or a lost share, by whom ever: the same bytes, to the end
                    _patiently(lambda: draft.replace(target))
                    return True
                _patiently(lambda: _put_without_replacing(draft, target))
            finally:
                with contextlib.suppress(OSError):
                    draft.unlink(missing_ok=True)
        except FileExistsError:
            return self.read(name) == data
        except OSError as error:
            raise self._fault(error, target) from error
        return True

    def remove(self, name: str) -> None:
        try:
            (self.root / name).unlink(missing_ok=True)
        except OSError as error:
            raise self._fault(error, self.root / name) from error

    def _present(self, error: OSError | None) -> None:
        """Raises EnvironmentFault when the share itself is away: a missing file must not be taken for no file."""
        try:
            if self.share.is_dir():
                return
        except OSError as fault:
            error = fault
        raise EnvironmentFault(
            f"共享盘不可用：找不到「{self.share}」，不影响录单",
            "请检查网络、共享电脑是否开着、盘符有没有变；连上以后会自动接着同步",
        ) from error

    def _fault(self, error: OSError, path: Path) -> EnvironmentFault:
        self._present(error)
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)) or getattr(error, "winerror", 0) in (
            39,
            112,
            1295,
        ):
            return EnvironmentFault(
                f"共享盘「{self.share}」满了，本机的改动还没有送出去，不影响录单",
                "请在共享盘上腾出空间，之后会自动接着同步",
            )
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            return EnvironmentFault(
                f"共享盘「{self.share}」不让写入，本机的改动还没有送出去，不影响录单", "请管理员给这个文件夹开写入权限"
            )
        return fault_of(error, path)


def way_to(share: str) -> Transport:
    """The way to a share as the clerk names it: a folder, or the address of a PostgreSQL server."""
    if share.lower().startswith(("postgresql://", "postgres://")):
        from salesdesk.services.sync.hub import HubTransport

        return HubTransport(share)
    return FolderTransport(Path(share))


def _patiently(action: Callable[[], T]) -> T:
    for pause in _PATIENCE:
        try:
            return action()
        except FileExistsError:
            raise
        except OSError as error:
            if getattr(error, "winerror", None) not in _HELD:
                raise
            time.sleep(pause)
    return action()


def _put_without_replacing(draft: Path, target: Path) -> None:
    """Give a finished file its name; FileExistsError when the name is taken, by whatever."""
    if os.name == "nt":
        draft.rename(target)  # Windows refuses an existing name
        return
    try:
        os.link(draft, target)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
            raise
        # A stick or share without hard links: readers take a short file for one that is still coming.
        data = draft.read_bytes()
        with target.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
