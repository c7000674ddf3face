"""Checks everything in a data folder and tells in words what was found: the data file, its history, evidence files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salesdesk.domain.problems import Problem
from salesdesk.persistence import check, merged
from salesdesk.persistence.database import Database
from salesdesk.persistence.reading import Reader
from salesdesk.services.alike import Keeper, outdated
from salesdesk.services.attachments import GONE, stored_at

Verify = Callable[[Reader], list[Problem]]
"""What one subject finds wrong with what it keeps besides its records."""


@dataclass(frozen=True)
class Report:
    """Outcome of a check: problems in words, and how much was looked at."""

    problems: tuple[Problem, ...]
    counts: dict[str, int]

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.problems

    @property
    def lines(self) -> list[str]:
        """The report for a person."""
        c = self.counts
        looked = (
            f"查了 {c.get('records', 0):,} 条记录、{c.get('changes', 0):,} 条历史、"
            f"{c.get('search', 0):,} 条搜索词、{c.get('attachments', 0):,} 个附件"
        )
        if self.sound:
            return [f"数据完好：{looked}"]
        return [f"发现 {len(self.problems)} 处问题（{looked}）：", *(f"· {p.text}" for p in self.problems)]

    def wire(self) -> dict[str, Any]:
        """JSON form."""
        return {"ok": self.sound, "counts": self.counts, "problems": [p.wire() for p in self.problems]}


def check_all(database: Database, folder: Path, verify: Sequence[Verify] = ()) -> Report:
    """Run every check, and what subjects verify themselves. Raises EnvironmentFault when the file cannot be read at all."""
    found = check.Findings()
    with database.read() as reader:
        left = merged.unseen(reader)
    merged.make_keys(database, left)  # what a merge that was broken off left undone is no damage
    with database.read() as reader:
        readable = check.check_file(reader, found)
        if readable:
            check.check_log(reader, found)
            check.check_search(reader, found)
            check_attachments(reader, folder, found)
            for own in verify:
                for problem in own(reader):
                    found.add(problem.code, problem.message, problem.cure, problem.place)
            check_alike(reader, database, found)
    if readable:
        check.check_derived(database, found)
    found.close()
    return Report(tuple(found.problems), found.counts)


def check_alike(reader: Reader, database: Database, found: check.Findings) -> None:
    """The keys by which twins are found are those of the records as they are; of a large file a sample."""
    for one in (one for hook in database.keying if isinstance(hook, Keeper) for one in hook.all):
        title = one.entity.title
        for name in outdated(reader, one, check.SAMPLE):
            cure = "修改并保存这条记录会重建它的索引"
            found.add("alike_keys", f"{title}「{name}」的查重索引和现在的内容不一致", cure, title)


def check_attachments(reader: Reader, folder: Path, found: check.Findings) -> None:
    """Every linked evidence file lies in the folder with exactly its bytes, and no destroyed one lies there any more."""
    cure = "请从备份的 attachments 文件夹里找回这个文件"
    sound: dict[str, bool] = {}
    n = 0
    for name, digest, size in check.stream(reader, "SELECT name, sha256, size FROM attachment WHERE void = 0"):
        n += 1
        file = stored_at(folder, digest or "")
        if not digest or not file.is_file():
            found.add("attachment_lost", f"附件「{name}」的文件不见了", cure, "附件")
            continue
        if digest not in sound:
            with file.open("rb") as stream:
                sound[digest] = (
                    file.stat().st_size == size and hashlib.file_digest(stream, "sha256").hexdigest() == digest
                )
        if not sound[digest]:
            found.add("attachment_changed", f"附件「{name}」的内容变了，不是当时存的那份", cure, "附件")
    found.counts["attachments"] = n
    for digest in reader.column(GONE):
        if stored_at(folder, str(digest)).exists():
            told = f"销毁过的文件还在盘上（{str(digest)[:12]}）"
            found.add("erased_left", told, "可能被别的程序开着：关掉那个程序，下次销毁或同步时会再删", "附件")
