"""The log of one run, in the data folder: a few files of bounded size in which everything that may come from the data is marked.

A line says what the program always says, and between MARKS what it was about: `backup ⟦销售.db⟧ not encrypted: ⟦…⟧`. Messages of
exceptions and of other people's libraries are marked whole. So the log here stays readable, and `covered` gives a copy to
send away in which nothing but the program's own words is left.
"""

from __future__ import annotations

import contextlib
import logging
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from salesdesk import paths

KEPT = 5
FULL_BYTES = 1_000_000
MARKS = "⟦⟧"
OWN = ("salesdesk", "ui")
"""Loggers whose texts are constants of the program (ruff's G rules hold them to it)."""
SEPARATOR = " · "
_BEGINS = re.compile(rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d,\d{{3}} [A-Z]+ [\w.]+{SEPARATOR}")
_MARKED = re.compile(rf"{MARKS[0]}([^{MARKS[1]}]*)(?:{MARKS[1]}|\Z)")


@contextmanager
def logging_to(folder: Path, name: str) -> Iterator[None]:
    """Write what is logged into `logs/<name>` of a data folder; a folder that cannot be written gets no log."""
    root = logging.getLogger()
    handler = _handler(paths.logs(folder) / name)
    handler.setFormatter(Marking(f"%(asctime)s %(levelname)s %(name)s{SEPARATOR}%(message)s"))
    before = root.level
    root.addHandler(handler)
    root.setLevel(min(before, logging.INFO) if before else logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        handler.close()


def _handler(path: Path) -> logging.Handler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = Rolling(path, encoding="utf-8", delay=True)
        handler.roll_when_full()
        return handler
    except OSError:
        return logging.NullHandler()


class Rolling(logging.FileHandler):
    """window.log becomes window.log.1 when it is full, at the start and while it runs; one that somebody holds open grows on.

    Python's own handler of this kind comes with `socket` and `pickle`, for which a start would wait ten milliseconds.
    """

    def emit(self, record: logging.LogRecord) -> None:
        self.roll_when_full()
        with contextlib.suppress(OSError):  # a log that cannot be opened just now stops no work
            super().emit(record)

    def roll_when_full(self) -> None:
        """Give the file its next name, and those before it theirs; the oldest is dropped."""
        with contextlib.suppress(OSError):
            if Path(self.baseFilename).stat().st_size > FULL_BYTES:
                self._roll(Path(self.baseFilename))

    def _roll(self, path: Path) -> None:
        if self.stream is not None:
            self.stream.close()
        self.stream = None  # the next record opens it again
        names = [path.with_name(f"{path.name}.{n}") for n in range(KEPT + 1)]
        path.replace(names[0])  # when somebody holds it open this fails, and the older ones stay where they are
        for older, newer in reversed(list(zip(names[1:], names, strict=False))):
            if newer.exists():
                newer.replace(older)


def marked(value: object) -> str:
    """A value between marks; the marks themselves cannot come from it."""
    text = str(value)
    for mark in MARKS:
        text = text.replace(mark, "|")
    return f"{MARKS[0]}{text}{MARKS[1]}"


class _Argument:
    """An argument of a message that marks itself however the message shows it."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __str__(self) -> str:
        return marked(self._value)

    __repr__ = __str__


class _Named(dict[str, object]):
    """The one argument that logging takes for names: `%(who)s` takes one of them, `%r` all."""

    def __getitem__(self, key: str) -> object:
        return _Argument(super().__getitem__(key))

    def __str__(self) -> str:
        return marked(dict(self))

    __repr__ = __str__


class Marking(logging.Formatter):
    """Marks the arguments of our own messages, others' messages whole, and the words of exceptions."""

    def format(self, record: logging.LogRecord) -> str:
        own = logging.makeLogRecord(record.__dict__)
        own.exc_text = None  # another handler's wording
        if record.name.partition(".")[0] not in OWN:
            own.msg, own.args = marked(record.getMessage()), ()
        elif isinstance(record.args, tuple):
            own.args = tuple(a if isinstance(a, int | float) else _Argument(a) for a in record.args)
        elif record.args:
            own.args = _Named(record.args)
        return super().format(own)

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        return story(ei[1]) if ei[1] is not None else ""


def story(error: BaseException, seen: frozenset[int] = frozenset()) -> str:
    """The traceback of an error and of those that led to it: places in the program and kinds of error, the words marked."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    known = seen | {id(error)}
    lines = [f"{story(before, known)}\nthen:\n"] if before is not None and id(before) not in known else []
    if error.__traceback__ is not None:
        lines += ["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__)]
    notes: list[Any] = list(getattr(error, "__notes__", ()))
    lines.append(f"{type(error).__module__}.{type(error).__qualname__}: {marked(error)}{''.join(map(marked, notes))}")
    if isinstance(error, BaseExceptionGroup):
        lines += [f"\none of them:\n{story(one, known)}" for one in error.exceptions if id(one) not in known]
    return "".join(lines)


def covered(text: str) -> str:
    """A log to send away: what is marked is counted instead of shown, and lines no log of ours began are dropped."""
    kept: list[str] = []
    ours = False
    for line in text.splitlines(keepends=True):
        if _BEGINS.match(line):
            ours = True
        elif line[:5].rstrip("-").isdigit() and line[4:5] == "-":  # a record of an older program, unmarked
            ours = False
        if ours:
            kept.append(line)
    return _MARKED.sub(lambda found: f"{MARKS[0]}{len(found[1])}{MARKS[1]}", "".join(kept))
