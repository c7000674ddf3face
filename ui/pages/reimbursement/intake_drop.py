"""Files dropped on the desk: taken into a claim or a new one, and afterwards what became of each is told one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement.model import CLAIM
from salesdesk.services.module import Outcome
from ui.kit.dialogs import Question, StepQuestion
from ui.kit.field_box import FieldBox
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.widgets import label

BECAME = {
    "new": ("新票", "ok", "checkmark_circle"),
    "joined": ("同一张票的另一份", "info", "document"),
    "support": ("佐证", "neutral", "attach"),
    "again": ("已经在里面了，没有重收", "warn", "warning"),
}
LISTED = 12
PHOTOS = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".pdf")


class ForWhom(StepQuestion):
    """Whose claim the dropped files become; without a name they wait among the vouchers in no claim."""

    def __init__(self, context: PageContext, paths: Sequence[Path]) -> None:
        names = "、".join(path.name for path in paths[:3]) + ("等" if len(paths) > 3 else "")
        from salesdesk.services.vouchers.ocr import available

        super().__init__(
            context.window,
            "收票：新的报销单",
            f"{len(paths)} 个文件：{names}。报销人空着就先收下，以后再归单。",
            "收票",
        )
        wanted = [replace(CLAIM[key], required=False) for key in ("claimant", "kind", "title")]
        self.boxes = {field.key: FieldBox(context.desk, field) for field in wanted}
        if any(path.suffix.lower() in PHOTOS for path in paths) and available():
            known = {p.key: p for p in context.desk.registry.verbs["claim.intake"].params}
            self.boxes["ocr"] = FieldBox(context.desk, replace(known["ocr"], note="一张几秒，都标没把握"))
        for box in self.boxes.values():
            self.body.addWidget(box)
        self.boxes["kind"].set_value("expense")
        self.boxes["claimant"].label.set_hint("人员登记里有的，部门自动带出")
        self.boxes["claimant"].go()

    @property
    def args(self) -> dict[str, Any]:
        """What claim.intake wants to know besides the files."""
        return {key: box.editor.raw() for key, box in self.boxes.items() if box.editor.raw()}


class Became(Question):
    """What became of each file, the refused ones first."""

    def __init__(
        self, parent: QWidget | None, title: str, told: Sequence[dict[str, Any]], problems: Sequence[Problem]
    ) -> None:
        super().__init__(parent, title, yes="知道了", width=640)
        self.no.hide()
        rows = [(p.place or "文件", "没有收下：" + "。".join(filter(None, (p.message, p.cure))), "err", "error")
                for p in problems if p.path == "files"]  # fmt: skip
        rows += [(p.place, "。".join(filter(None, (p.message, p.cure))), "warn", "warning")
                 for p in problems if p.path != "files" and p.code != "same_file"]  # fmt: skip
        for one in told:
            words, ink, icon = BECAME[str(one["what"])]
            rows.append((str(one["file"]), words + (f"：{one['support']}" if one.get("support") else ""), ink, icon))
        table = PlainTable("每个文件怎么样了", ("文件", "怎么样了"), (0, 1))
        table.setRowCount(len(rows))
        for number, (name, words, ink, icon) in enumerate(rows):
            table.put(number, 0, name)
            table.put(number, 1, words, ink, icon)
        self.body.addWidget(table)
        table.setFixedHeight(min(LISTED, len(rows)) * 38 + 44)
        self.table = table
        table.finish()
        if any(ink == "err" for *_, ink, _ in rows):
            self.body.addWidget(label("没收下的，按后面写的办好再拖一次；收下的不受影响。", "caption", "text2"))


class IntakeDrop(QObject):
    """Takes files in through `claim.intake`. taken(claim uid): they are stored."""

    taken = Signal(str)

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.context = context
        self._over = parent

    def choose(self, claim: str = "") -> None:
        """Through the file window."""
        kinds = "票据文件 (*.xml *.ofd *.pdf *.jpg *.jpeg *.png *.bmp *.webp *.tif *.tiff *.zip);;所有文件 (*)"
        found, _ = QFileDialog.getOpenFileNames(self._over.window(), "选票据文件", "", kinds)
        if found:
            self.take([Path(name) for name in found], claim)

    def take(self, paths: Sequence[Path], claim: str = "") -> None:
        """Into a claim; without one, into a new one of somebody who is asked for."""
        files = [
            inner
            for path in paths
            for inner in (sorted(path.iterdir()) if path.is_dir() else [path])
            if inner.is_file()
        ]
        if not files or not self.context.may("claim.intake"):
            return
        args: dict[str, Any] = {"files": "\n".join(map(str, files))}
        if claim:
            args["uid"] = claim
        else:
            dialog = ForWhom(self.context, files)
            wanted, more = bool(dialog.exec()), dialog.args
            dialog.deleteLater()
            if not wanted:
                return
            args |= more
        self.context.ops.run("claim.intake", args, self._took, self._refused)

    def _took(self, outcome: Outcome) -> None:
        told: list[dict[str, Any]] = list(outcome.data["files"])
        self.taken.emit(str(outcome.data["claim"] or ""))
        if outcome.problems or any(one["what"] != "new" for one in told):
            self._tell(outcome.message, told, outcome.problems)

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self._tell("没有收票", [], [p.at("files", p.place or "文件") for p in problems])

    def _tell(self, title: str, told: Sequence[dict[str, Any]], problems: Sequence[Problem]) -> None:
        dialog = Became(self._over.window(), title, told, problems)
        dialog.exec()
        dialog.deleteLater()
