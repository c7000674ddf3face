"""Keeps the customer's phone and address in an order's head under stars until somebody asks for them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from salesdesk.domain.masking import OPEN, covered
from salesdesk.modules.orders.model import ORDER
from ui.kit.editor_base import LineEditor
from ui.kit.page import PageContext
from ui.kit.reveal import KEYS, Reveals
from ui.pages.orders.header import OrderHeader
from ui.pages.orders.order_draft import OrderDraft

SECRET = tuple(f.key for f in ORDER if f.masked)


class HeaderCover(QObject):
    """What came from the customer's record or the stored order is covered; what was typed here stays readable.

    Of a stored order the order is revealed, of a new one the customer whose data it took over.
    """

    def __init__(self, context: PageContext, header: OrderHeader, order: OrderDraft, page: QWidget) -> None:
        super().__init__(header)
        self._header, self._order = header, order
        self._kinds = {key: Reveals(context, key, self, self._typing) for key in ("sales_order", "customer")}
        for reveals in self._kinds.values():
            reveals.changed.connect(self._changed)
        for key in SECRET:
            editor = header.editors[key]
            assert isinstance(editor, LineEditor)
            editor.reveal_wanted.connect(self.reveal)
        header.shown.connect(self.apply)
        header.installEventFilter(self)
        QShortcut(QKeySequence(KEYS), page, self.reveal)
        self._changed()

    def _typing(self) -> bool:
        return any(self._header.editors[key].hasFocus() for key in SECRET)

    def _about(self) -> tuple[Reveals, str]:
        values = self._order.draft
        if values.uid:
            return self._kinds["sales_order"], values.uid
        return self._kinds["customer"], str(values.values.get("customer") or "")

    def reveal(self) -> None:
        """Show the phone and the address; that they were looked at is kept."""
        reveals, uid = self._about()
        if any(getattr(self._header.editors[key], "covered", False) for key in SECRET):
            reveals.ask(uid)

    def _changed(self, uid: str = "") -> None:
        self.apply()
        self._header.load_people()

    def apply(self) -> None:
        """Cover what is not revealed; before the editors are filled."""
        header, draft = self._header, self._order.draft
        reveals, uid = self._about()
        header.veil = reveals.veil(uid) if uid else self._order.desk.settings.veil
        for key in SECRET:
            editor, value = header.editors[key], draft.values.get(key)
            assert isinstance(editor, LineEditor)
            own = key in draft.typed or (value is not None and header.own.get(key) == value)
            editor.set_covered(covered(ORDER[key], OPEN if own else header.veil))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide and watched is self._header:
            for reveals in self._kinds.values():
                reveals.cover_all()
        return False
