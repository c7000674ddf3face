"""签收: the signed copy is back; by whom, what was turned down and why, its scan, and where the paper lies."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Qty, Row
from salesdesk.domain.problems import Problem, summary
from salesdesk.modules.orders import delivery_queries
from salesdesk.modules.orders.delivery_model import HANDLING, REJECT_REASON, USUAL_HANDLING
from salesdesk.modules.orders.model import DELIVERY
from salesdesk.modules.orders.signing import REJECTED
from salesdesk.services.module import Outcome
from ui.kit.editor_base import Editor, LineEditor, wire_of
from ui.kit.editors import DayEdit
from ui.kit.file_list import FileList, files_in
from ui.kit.lines_dialog import LinesDialog
from ui.kit.lines_grid_model import GridColumn
from ui.kit.page import PageContext
from ui.kit.widgets import FieldLabel, QuietButton, label, labelled, row
from ui.pages.orders.choices import Choices

QTY = Qty()
MOST_FILES = 10
FIELDS = (("signed_by", 150), ("signed_on", 150), ("cabinet", 80), ("box", 80), ("leaf", 80), ("sign_note", 0))
"""Key and width of the head's editors; 0 takes the rest."""


def _reason(line: Row) -> str:
    return REJECT_REASON.show(line.get("reject_reason"))


def _handling(line: Row) -> str:
    """What was chosen, or what follows from the reason."""
    usual = USUAL_HANDLING.get(str(line.get("reject_reason")), "") if line.get("rejected") else ""
    return HANDLING.show(line.get("handling") or usual)


COLUMNS = (
    GridColumn("seq", "", 34, align="center"),
    GridColumn("product.code", "产品编码", 86, faint=True),
    GridColumn("product.name", "产品名称", 160, stretch=True),
    GridColumn("product.spec", "规格", 90, faint=True),
    GridColumn("product.unit", "单位", 44, faint=True),
    GridColumn("line.qty", "送货", 70, align="right", faint=True, numeric=True),
    GridColumn("rejected", "拒收数量", 80, sets="rejected", needed=True, align="right", numeric=True),
    GridColumn("reject_reason", "拒收原因", 96, sets="reject_reason", source=Choices("拒收原因", REJECT_REASON), show=_reason),
    GridColumn("handling", "拒收处理", 130, sets="handling", source=Choices("拒收处理", HANDLING), show=_handling),
)  # fmt: skip


class SignDialog(LinesDialog):
    """Everything accepted is the usual case: name, Enter, Ctrl+Enter. The scan can be dragged in. A note that is signed
    already is corrected: everything stands as it was registered, and why is asked."""

    def __init__(self, context: PageContext, uid: str, parent: QWidget | None = None, again: bool = False) -> None:
        title = "更正签收" if again else "登记签收"
        super().__init__(parent or context.window, title, yes=title, width=920)
        self._context, self._uid = context, uid
        self.why = QLineEdit() if again else None
        desk = context.desk
        note = desk.row("delivery", uid) or {}
        with desk.read() as reader:
            lines = delivery_queries.note_lines(reader, uid)
            place = delivery_queries.last_place(reader)
        self.hint.setText(
            f"{note.get('number')} · {note.get('customer.name') or ''} · {note.get('day')} 送 {len(lines)} 行。"
            "全部收下就不用填明细；签收单的照片、扫描件可以直接拖进来。"
        )
        self.hint.show()
        start: Row = {"signed_by": note.get("consignee"), "signed_on": desk.today}
        start |= {key: place.get(key) for key in ("cabinet", "box")} | {"leaf": _next_leaf(place.get("leaf"))}
        if again:
            start = {key: note.get(key) for key, _ in FIELDS}
        self.editors: dict[str, Editor] = {}
        self.body.addLayout(self._head(start, desk.today))
        if self.why is not None:
            self.why.setAccessibleName("为什么更正")
            self.why.setMaxLength(200)
            self.body.addWidget(labelled(FieldLabel("为什么更正", True), self.why))
        draft = Draft(DELIVERY, REJECTED, lines=[self._line(one) for one in lines], today=desk.today)
        self.set_lines(draft, COLUMNS, "拒收明细", 200)
        self.told = label("", "grid", "text2")
        self.body.addSpacing(4)
        self.body.addLayout(row(label("拒收明细", "body", bold=True), self.told, 1, spacing=8))
        self.show_lines()
        self.files = FileList(MOST_FILES)
        self.files.full.connect(
            lambda names: self.banner.say("warn", f"最多 {MOST_FILES} 个文件，没放进来：{names}。请把扫描件合成一个")
        )
        self.body.addWidget(self.files)
        self.buttons.insertWidget(0, QuietButton("添加扫描件", "attach", partial(self.files.choose, "签收单的扫描件")))
        self.setAcceptDrops(True)
        self.grid.edited.connect(self._add_up)
        self._add_up()
        self.resize(960, 580)
        first = self.why or self.editors["signed_by"]
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _head(self, start: Row, today: str) -> QHBoxLayout:
        parts: list[QWidget] = []
        for key, width in FIELDS:
            field = DELIVERY[key]
            editor: Editor = DayEdit(field, today) if key == "signed_on" else LineEditor(field, today)
            editor.set_value(start.get(key))
            self.editors[key] = editor
            cell = labelled(FieldLabel(field.title, key == "signed_by"), editor)
            if width:
                cell.setFixedWidth(width)
            parts.append(cell)
        return row(*parts, spacing=12)

    @staticmethod
    def _line(found: Row) -> Row:
        return {
            "delivery_line": found["uid"],
            **{key: found[key] for key in ("rejected", "reject_reason", "handling")},
            "line.sent": found["qty"] + (found["rejected"] or 0),
            "line.qty": QTY.show(found["qty"] + (found["rejected"] or 0)),
            **{f"product.{key}": found[f"product.{key}"] for key in ("code", "name", "spec", "unit")},
        }

    def _add_up(self) -> None:
        lines = self.draft.lines
        back = sum(line.get("rejected") or 0 for line in lines)
        sent = sum(line["line.sent"] for line in lines)
        self.told.setText(
            f"送 {QTY.show(sent)}，实收 {QTY.show(sent - back)}，拒收 {QTY.show(back)}" if back else "全部收下"
        )
        self.grid.lines.set_problems(
            [
                Problem(
                    f"只送了 {QTY.show(line['line.sent'])}", "请改小", path=f"lines/{i}/rejected", code="over_rejected"
                )
                for i, line in enumerate(lines)
                if (line.get("rejected") or 0) > line["line.sent"]
            ]
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.files.add(files_in(event.mimeData()))
        event.acceptProposedAction()

    # -- keeping ---------------------------------------------------------------------------------------------------

    def answer(self) -> None:
        """Register it; what is refused is told here."""
        if not self.readable():
            return
        args: dict[str, Any] = {"uid": self._uid, **wire_of(self.editors)}
        self.sent = [i for i, line in enumerate(self.draft.lines) if line.get("rejected")]
        args["lines"] = [
            {
                "delivery_line": line["delivery_line"],
                "rejected": QTY.wire(line["rejected"]),
                **{key: line[key] for key in ("reject_reason", "handling") if line.get(key)},
            }
            for line in (self.draft.lines[i] for i in self.sent)
        ]
        args["files"] = self.files.text()
        verb = "delivery.sign"
        if self.why is not None:
            verb, args["why"] = "delivery.resign", self.why.text().strip()
        self._context.ops.run(verb, args, self._done, self._refused, self.yes)

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self.banner.say("err", summary(list(problems)))
        for one in problems:
            if self.go_to(one):
                return
            if one.path == "why" and self.why is not None:
                self.why.setFocus()
                return
            if one.path in self.editors:
                self.editors[one.path].setFocus()
                return

    def _done(self, outcome: Outcome) -> None:
        self.accept()


def _next_leaf(leaf: object) -> str | None:
    """The next leaf after the last one, when leaves are numbered."""
    text = str(leaf or "")
    return str(int(text) + 1) if text.isdigit() else None


def show_sign(context: PageContext, uid: str, again: bool = False) -> SignDialog:
    """Open the registration of a signed note, or its correction."""
    dialog = SignDialog(context, uid, again=again)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
