"""How commands speak: JSON is always UTF-8, tables fit the console, and an old GBK console never breaks the program."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from salesdesk.domain.errors import EnvironmentFault, Refused, system_reason
from salesdesk.domain.problems import Problem


def calm_streams() -> None:
    """Let a console that cannot show a character put a question mark there instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def unheard(error: OSError) -> bool:
    """Whether an error says that nobody reads standard output any more: Windows calls that an invalid argument (EINVAL)."""
    if isinstance(error, BrokenPipeError):
        return True
    if error.errno != errno.EINVAL or error.filename is not None or sys.stdout is None:
        return False
    try:
        sys.stdout.flush()  # what was to be said still waits there
    except OSError as again:
        return again.errno == errno.EINVAL
    return False


def hush() -> None:
    """Send what is still to be said nowhere: the reader has gone, and Python would complain at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def finish() -> None:
    """Send out what still waits to be said; nowhere when the reader has gone."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        if not unheard(error):
            raise
        hush()


def say_json(told: Any, stream: TextIO | None = None) -> None:
    """One JSON value on one line, UTF-8 whatever the console's own encoding is, and at once."""
    say_text(json.dumps(told, ensure_ascii=False), stream)


def say_text(text: str, stream: TextIO | None = None) -> None:
    """Text as UTF-8 bytes with a line end: for what a program reads, never for a person's console."""
    stream = stream or sys.stdout
    if stream is None:  # a windowed program has no console
        return
    stream.flush()
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(text + "\n")
    else:
        buffer.write(text.encode("utf-8", "replace") + b"\n")
        buffer.flush()
    stream.flush()


def say(text: str) -> None:
    """A sentence or table for a person, in the console's encoding."""
    if sys.stdout is not None:
        print(text, flush=True)


def warn(text: str) -> None:
    """A sentence for a person on standard error."""
    if sys.stderr is not None:
        print(text, file=sys.stderr, flush=True)


def alarm(text: str) -> None:
    """A sentence for whoever wanted a window and gets none: in a box of the system where the program has no console."""
    if sys.stderr is None and sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, text, "销售内勤工作台", 0x10)
    else:
        warn(text)


def heard_lines() -> Iterator[str]:
    """Lines of standard input as they come; UTF-8, or what a Chinese console sends."""
    stream = sys.stdin
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        yield from stream
        return
    while raw := buffer.readline():
        yield decoded(raw)


def heard_all() -> str:
    """Everything on standard input."""
    return "".join(heard_lines())


def decoded(raw: bytes) -> str:
    """Text of bytes from outside: UTF-8 with or without its mark, else GB 18030."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def refusal(refused: Refused) -> dict[str, Any]:
    """The JSON answer to input that was turned down."""
    return {"ok": False, "problems": [p.wire() for p in refused.problems]}


def fault_answer(fault: EnvironmentFault) -> dict[str, Any]:
    """The JSON answer when machine, disk or lock did not play along."""
    return {
        "ok": False,
        "fault": {"message": fault.message, "cure": fault.cure},
        "problems": [Problem(fault.message, fault.cure, code="environment").wire()],
    }


def of_system(error: OSError) -> EnvironmentFault:
    """The clerk's words for a file or folder the system would not give."""
    where = f" {error.filename}" if error.filename else ""
    return EnvironmentFault(
        f"读写{where} 出错：{system_reason(error)}",
        "请核对路径，看磁盘、U 盘或共享连着没有、文件是不是正开着，再试一次",
    )


def defect_answer(log: str) -> dict[str, Any]:
    """The JSON answer to our own mistake; the story of it is in the log."""
    message, cure = "程序内部出错，这一步没有做成", f"请把日志发给维护人员：{log}"
    return {
        "ok": False,
        "fault": {"message": message, "cure": cure},
        "problems": [Problem(message, cure, code="defect").wire()],
    }


def width(text: str) -> int:
    """Columns a text takes on a console; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in text)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool] = (), widest: int = 36) -> str:
    """Rows under their headings, columns aligned; long cells are cut with …."""
    cells = [[_cut(" ".join(cell.split()), widest) for cell in row] for row in [list(heads), *rows]]
    widths = [max(width(row[i]) for row in cells) for i in range(len(heads))]
    lines = []
    for row in cells:
        parts = []
        for i, cell in enumerate(row):
            gap = " " * (widths[i] - width(cell))
            parts.append(gap + cell if i < len(right) and right[i] else cell + gap)
        lines.append("  ".join(parts).rstrip())
    return "\n".join(lines)


def _cut(text: str, widest: int) -> str:
    if width(text) <= widest:
        return text
    kept = ""
    for ch in text:
        if width(kept + ch) > widest - 1:
            break
        kept += ch
    return kept + "…"
