"""The vouchers of a claim below one another, the claim as a whole last: in pasting order, what was decided, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from salesdesk.domain.kinds import Money, Option
from salesdesk.modules.reimbursement.flow_model import FINDING
from salesdesk.modules.reimbursement.review import Reviewed
from salesdesk.modules.reimbursement.voucher_model import VOUCHER
from ui.kit.enter import is_enter
from ui.kit.theme import theme

HEIGHT = 62
MONEY = Money()
Index = QModelIndex | QPersistentModelIndex


def severity_of(value: str) -> Option | None:
    """How grave a finding is."""
    return FINDING.option("severity", value)


def tail_of(number: object) -> str:
    """The end of a number, by which people tell vouchers apart."""
    text = str(number or "")
    return f"…{text[-8:]}" if len(text) > 10 else text or "没有号码"


def words_of(one: Reviewed) -> str:
    """A voucher as it is read out."""
    row, standing, grave = one.row, VOUCHER.option("standing", one.standing), severity_of(one.gravest)
    if one.is_whole:
        wrong = f"，{len(one.open)} 个问题，最重{grave.label}" if grave else ""
        return f"整张单 合计 {MONEY.show(row['total'] or 0)} 元，佐证 {len(one.files)} 份{wrong}"
    kind = VOUCHER["kind"].kind.show(row["kind"]) or "没读出票种"
    total = f"{MONEY.show(row['total'])} 元" if row["total"] is not None else "没有金额"
    wrong = f"，{len(one.open)} 个问题，最重{grave.label}" if grave else ""
    return f"第 {row['seq'] or ''} 张 {kind} {total} {row['seller'] or ''}，{standing.label if standing else ''}{wrong}"


class _Rows(QAbstractListModel):
    """The vouchers for the view."""

    def __init__(self) -> None:
        super().__init__()
        self.vouchers: Sequence[Reviewed] = ()

    def put(self, vouchers: Sequence[Reviewed]) -> None:
        same = [one.uid for one in vouchers] == [one.uid for one in self.vouchers]
        if not same:
            self.beginResetModel()
        self.vouchers = vouchers
        if not same:
            self.endResetModel()
        elif vouchers:
            self.dataChanged.emit(self.index(0), self.index(len(vouchers) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.vouchers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return words_of(self.vouchers[index.row()])
        return None


class _Painter(QStyledItemDelegate):
    """Two lines a voucher; state as icon and word, never colour alone."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, _Rows)
        one, look = model.vouchers[index.row()], theme()
        here: QRectF = QRectF(option.rect)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(here, look.color("select" if chosen else "hover" if over else "card"))
        if chosen:
            painter.fillRect(QRectF(here.left(), here.top(), 3, here.height()), look.color("accent"))
        painter.setPen(look.color("line"))
        painter.drawLine(here.bottomLeft(), here.bottomRight())
        area = here.adjusted(12, 7, -12, -7)
        gone = one.standing == "rejected"
        total = MONEY.show(one.row["total"]) if one.row["total"] is not None else "—"
        kind = "整张单" if one.is_whole else VOUCHER["kind"].kind.show(one.row["kind"]) or "没读出票种"
        top = QRectF(area.left(), area.top(), area.width(), 22)
        ink = "text3" if gone else "text"
        wide = self._text(painter, top, total, "grid", ink, bold=True, right=True, struck=gone)
        self._text(
            painter,
            top.adjusted(0, 0, -wide - 8, 0),
            f"{one.row['seq'] or ''}  {kind}".lstrip(),
            "grid",
            ink,
            bold=chosen,
        )
        low = QRectF(area.left(), area.top() + 24, area.width(), 22)
        used = self._marks(painter, low, one, option)
        name = str(one.row["seller"] or "") or tail_of(one.row["number"])
        if one.is_whole:
            name = f"佐证 {len(one.files)} 份" if one.files else "佐证、单子上的问题"
        self._text(painter, low.adjusted(0, 0, -used - 8, 0), name, "caption", "text2")
        painter.restore()

    def _marks(self, painter: QPainter, area: QRectF, one: Reviewed, option: QStyleOptionViewItem) -> float:
        """What was decided, and the gravest open finding with how many there are; their width."""
        ratio = option.widget.devicePixelRatioF() if option.widget is not None else 1.0  # type: ignore[attr-defined]
        right = area.right()
        standing, grave = VOUCHER.option("standing", one.standing), severity_of(one.gravest)
        parts = [(standing.icon, standing.tone, standing.label)] if standing and not one.is_whole else []
        if grave:
            parts.append((grave.icon, grave.tone, str(len(one.open))))
        for icon, tone, word in parts:
            wide = painter.fontMetrics().horizontalAdvance(word)
            painter.setFont(theme().font("caption"))
            wide = painter.fontMetrics().horizontalAdvance(word)
            self._text(painter, QRectF(right - wide - 1, area.top(), wide + 1, area.height()), word, "caption", tone)
            icon_at = right - wide - 19
            painter.drawPixmap(
                round(icon_at), round(area.center().y() - 8), theme().pixmap(icon, tone, 16, True, ratio)
            )
            right = icon_at - 8
        return area.right() - right

    def _text(
        self, painter: QPainter, area: QRectF, text: str, size: str, ink: str,
        bold: bool = False, right: bool = False, struck: bool = False,
    ) -> float:  # fmt: skip
        font = theme().font(size, bold)
        font.setStrikeOut(struck)
        painter.setFont(font)
        painter.setPen(theme().color(ink))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(area.width()))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | side), shown)
        return painter.fontMetrics().horizontalAdvance(shown)


class VoucherStrip(QListView):
    """chosen(uid): another voucher is in hand. accept_wanted: Enter."""

    chosen = Signal(str)
    accept_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows = _Rows()
        self.setModel(self.rows)
        self.setItemDelegate(_Painter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setAccessibleName("这张报销单的票")
        self.selectionModel().currentChanged.connect(self._current)
        theme().changed.connect(self.viewport().update)

    @property
    def uid(self) -> str:
        """The voucher in hand, "" when there is none."""
        index = self.currentIndex()
        return self.rows.vouchers[index.row()].uid if index.isValid() else ""

    def show_vouchers(self, vouchers: Sequence[Reviewed]) -> None:
        """Show them as they stand now; the voucher in hand stays in hand."""
        kept = self.uid
        self.rows.put(vouchers)
        if vouchers and not self.go(kept):
            self.setCurrentIndex(self.rows.index(0))

    def go(self, uid: str) -> bool:
        """Take a voucher in hand; False when it is not here."""
        for number, one in enumerate(self.rows.vouchers):
            if one.uid == uid:
                index = self.rows.index(number)
                self.setCurrentIndex(index)
                self.scrollTo(index)
                return True
        return False

    def step(self, by: int) -> None:
        """To the next or the one before; stays at the ends."""
        at = self.currentIndex().row() + by
        if 0 <= at < len(self.rows.vouchers):
            self.setCurrentIndex(self.rows.index(at))

    def _current(self, current: QModelIndex, previous: QModelIndex) -> None:
        self.chosen.emit(self.uid)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_enter(event):
            self.accept_wanted.emit()
        else:
            super().keyPressEvent(event)
