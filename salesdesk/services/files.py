"""Reads and writes whole files so that a full disk, a lock or a lost share is told in words and leaves nothing half done."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Literal

from salesdesk.domain.errors import EnvironmentFault, Refused, system_reason
from salesdesk.domain.problems import Problem

Action = Literal["读取", "保存", "删除"]

_SHARING = {32, 33}  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
_DENIED = {5}  # ERROR_ACCESS_DENIED: also what os.replace gets when the target is open in Excel
_FULL = {39, 112, 1295}  # ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL, ERROR_DISK_QUOTA_EXCEEDED
_SHARE = {51, 53, 54, 55, 59, 64, 65, 67, 71, 121, 1203, 1219, 1222, 1231, 1232, 1326}  # network path and log-on errors
_GONE = {21, 55, 433, 1167, 1617}  # ERROR_NOT_READY and kin: stick pulled out, drive missing
_BAD_NAME = {123, 161}
_READ_ONLY = {19}
_SICK = {23, 483, 1117, 1392, 1393}  # ERROR_CRC, ERROR_IO_DEVICE, ERROR_FILE_CORRUPT
_MAX_PATH = 260

_FULL_ERRNO = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_SHARE_ERRNO = {
    number
    for name in ("ESTALE", "ENOTCONN", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH", "ETIMEDOUT", "ENOLINK")
    if (number := getattr(errno, name, None)) is not None
}
_PATIENCE = (0.03, 0.1, 0.25)  # seconds between tries: virus scanners and the indexer let go within this time


def sha256_of(data: bytes) -> str:
    """The digest by which a content is known, in hexadecimal. The cryptographic library is loaded when first needed."""
    import hashlib

    return hashlib.sha256(data).hexdigest()


def owner_of(path: Path) -> str | None:
    """Who has the workbook open, from the owner file Excel, WPS or LibreOffice lays beside it; None when nobody.

    The answer is "" when an owner file is there but does not tell a name. A crash leaves such files behind, so this is
    a hint for messages, never a reason to refuse.
    """
    if not path.name:
        return None
    for beside in (f"~${path.name}", f".~{path.name}", f".~lock.{path.name}#"):
        note = path.with_name(beside)
        with contextlib.suppress(OSError):
            if note.is_file():
                return _owner_name(note.read_bytes()[:400], note.name)
    return None


def _owner_name(content: bytes, name: str) -> str:
    """Excel writes length byte + ANSI name, then from byte 55 the name again as UTF-16; LibreOffice writes a line with commas."""
    if name.endswith("#"):
        parts = content.decode("utf-8", "replace").split(",")
        return next((part.strip() for part in parts[:2] if part.strip()), "")
    if len(content) > 57:
        length = int.from_bytes(content[55:57], "little")
        found = content[57 : 57 + 2 * length].decode("utf-16-le", "ignore").strip("\0 ")
        if found and found.isprintable():
            return found
    return ""


def too_long(error: OSError, path: Path) -> bool:
    """Whether a path failed because it is longer than the system takes; Windows says no more than that there is no such place."""
    code = getattr(error, "winerror", None) or 0
    return error.errno == errno.ENAMETOOLONG or code == 206 or (code in (3, 2) and len(str(path)) >= _MAX_PATH)


def fault_of(error: OSError, path: str | os.PathLike[str], action: Action = "保存") -> EnvironmentFault:
    """The environment fault behind an error of the operating system, in the clerk's words with a cure.

    Knows Windows error numbers (also those Python maps to a plain errno) and POSIX ones.
    """
    path = Path(path)
    name = f"《{path.name or path}》"
    failed = f"{name}没能{action}"
    code = getattr(error, "winerror", None) or 0
    number = error.errno or 0
    if number in _FULL_ERRNO or code in _FULL:
        return EnvironmentFault(f"{failed}：磁盘满了", "请清理一些空间，或存到另一个盘，再试一次；原来的文件没有动")
    if code in _SHARING:
        return _in_use(path, failed)
    if too_long(error, path):
        return EnvironmentFault(
            f"{failed}：文件夹和文件名连起来太长（{len(str(path))} 个字符）", "请换短一点的文件夹或文件名"
        )
    if code in _SHARE or number in _SHARE_ERRNO:
        return EnvironmentFault(f"{failed}：连不上「{path.parent}」", "请检查网络和共享电脑是否开着，或先存到本机")
    if code in _GONE or number in (errno.ENODEV, errno.ENXIO):
        return EnvironmentFault(
            f"{failed}：「{path.anchor or path.parent}」这个盘不在", "请插好 U 盘或移动硬盘，再试一次"
        )
    if code in _READ_ONLY or number == errno.EROFS:
        return EnvironmentFault(f"{failed}：这个盘是只读的", "请打开写保护开关，或换一个位置")
    if code in _SICK or number == errno.EIO:
        return EnvironmentFault(f"{failed}：磁盘读写出错", "请先把重要文件备份到另一个盘，再检查这个盘")
    if code in _BAD_NAME or number == errno.EINVAL:
        return EnvironmentFault(f"{failed}：文件名里有不能用的符号", '文件名里不要用 \\ / : * ? " < > | 这些符号')
    if _is_folder(path):
        return EnvironmentFault(f"{failed}：{name}是一个文件夹", "请选文件夹里面的文件，或换一个文件名")
    if isinstance(error, FileNotFoundError) or code in (2, 3):
        if action == "读取" and _is_folder(path.parent):
            return EnvironmentFault(f"找不到文件{name}", f"它可能已被移走或改名，请到「{path.parent}」里重新选")
        return EnvironmentFault(
            f"{failed}：找不到文件夹「{path.parent}」", "请检查它是否已被移走、改名，或共享没有连上"
        )
    if isinstance(error, PermissionError) or code in _DENIED or number in (errno.EACCES, errno.EPERM, errno.EBUSY):
        return _denied(path, failed, action)
    return EnvironmentFault(f"{failed}：{system_reason(error)}", "请换一个文件夹再试；还不行，请把这句话告诉管理员")


def _in_use(path: Path, failed: str) -> EnvironmentFault:
    owner = owner_of(path)
    who = f"{owner} 的 Excel 或 WPS" if owner else "Excel、WPS 或别的程序"
    return EnvironmentFault(f"{failed}：它正被{' ' if owner else ''}{who}打开着", "请先在那边保存并关闭它，再试一次")


def _denied(path: Path, failed: str, action: Action) -> EnvironmentFault:
    """No permission, or open elsewhere: Windows says the same for both, so look which it is."""
    with contextlib.suppress(OSError):
        if path.exists():
            if action == "保存" and not os.access(path, os.W_OK):
                return EnvironmentFault(f"{failed}：这个文件是只读的", "请换一个文件名，或在文件属性里去掉「只读」")
            if owner_of(path) is not None or os.access(path, os.R_OK):
                return _in_use(path, failed)
    if action == "读取":
        return EnvironmentFault(f"{failed}：没有权限", "它也可能正被别的程序打开；请关闭它，或请管理员开放权限")
    return EnvironmentFault(f"{failed}：没有权限写到「{path.parent}」", "请换一个文件夹，例如「文档」或桌面")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


@contextlib.contextmanager
def faults_of(path: str | os.PathLike[str], action: Action = "读取") -> Iterator[None]:
    """Within this block an OSError about `path` becomes an EnvironmentFault."""
    try:
        yield
    except OSError as error:
        raise fault_of(error, path, action) from error


def read_whole(path: str | os.PathLike[str], most: int) -> bytes:
    """All bytes of a file of at most `most` bytes, so that the clerk's file is not kept open.

    Raises Refused when it is not there, is a folder or is larger; EnvironmentFault when it is locked or the share is away.
    """
    path = Path(path)
    name = f"《{path.name}》"
    with faults_of(path):
        try:
            size = path.stat().st_size
        except FileNotFoundError as error:
            if getattr(error, "winerror", None) not in _SHARE | _GONE and _is_folder(path.parent):
                cure = f"它可能已被移走或改名，请到「{path.parent}」里重新选"
                raise Refused(Problem(f"找不到文件{name}", cure, code="file.missing", value=str(path))) from None
            raise
        if path.is_dir():
            raise Refused(
                Problem(f"{name}是一个文件夹，不是文件", "请选里面的文件", code="file.folder", value=str(path))
            )
        if size > most:
            reason = f"{name}太大了，有 {size / 1048576:.0f} MB，最多能读 {most // 1048576} MB"
            raise Refused(Problem(reason, "请删去图片和多余的表，或拆成几个文件", code="file.large", value=str(path)))
        return path.read_bytes()


def output_path(named: str | os.PathLike[str] | None, suffixes: tuple[str, ...], usual: Path | None = None) -> Path:
    """Where to write a file: where somebody said, else at the usual place, whose folder is made when missing.

    Raises Refused for a name that does not end in one of the suffixes: a PDF never takes the place of the data file.
    """
    if not named and usual is not None:
        with faults_of(usual, "保存"):
            usual.parent.mkdir(parents=True, exist_ok=True)
        return usual
    path = Path(named or "")
    if path.suffix.lower() not in suffixes:
        cure = f"请把文件名改成以 {' 或 '.join(suffixes)} 结尾"
        raise Refused(Problem(f"《{path.name}》不能用来存这个", cure, code="file.suffix", value=str(path)))
    return path


def write_atomically(path: str | os.PathLike[str], content: bytes | Callable[[BinaryIO], object]) -> Path:
    """Write a file whole or not at all: under a temporary name in the same folder, then put in place of the old one.

    `content` is the bytes, or a function that writes them into an open binary file. Returns the path. Raises
    EnvironmentFault when the disk is full, the target is open in Excel or WPS, or the share is away; the old file then
    stands untouched and no temporary file is left. Whatever the function raises passes through after cleaning up.
    """
    path = Path(path)
    if _is_folder(path):
        raise fault_of(IsADirectoryError(errno.EISDIR, "is a directory"), path)
    with contextlib.suppress(OSError):
        if path.exists() and not os.access(path, os.W_OK):
            raise fault_of(PermissionError(errno.EACCES, "read-only"), path)
    draft = path.with_name(f"~{os.urandom(4).hex()}.tmp")
    with faults_of(path, "保存"):
        try:
            with draft.open("xb") as file:
                if isinstance(content, bytes):
                    file.write(content)
                else:
                    content(file)
                file.flush()
                os.fsync(file.fileno())
            _put_in_place(draft, path)
        except BaseException:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise
    return path


def _put_in_place(draft: Path, path: Path) -> None:
    for pause in _PATIENCE:
        try:
            draft.replace(path)
            return
        except OSError as error:
            if getattr(error, "winerror", None) not in _SHARING | _DENIED:
                raise
            time.sleep(pause)
    draft.replace(path)
