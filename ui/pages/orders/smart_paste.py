"""Takes what lies on the clipboard, lets the clerk look it through, and puts it into the open order as one step."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication

from salesdesk.desk import Desk
from salesdesk.modules.orders.pasting import looks_spoken
from salesdesk.modules.orders.tables import block_of
from ui.pages.orders.paste_dialog import PasteDialog, put_lines

KEYS = "Ctrl+Shift+V"


class SmartPaste:
    """Ctrl+Shift+V of one open order (`view`: an EntryView); Ctrl+V of a message that is no table comes here too."""

    def __init__(self, view: Any) -> None:
        self._view = view
        self.dialog: PasteDialog | None = None
        view.lines.smart_wanted.connect(self.open)
        view.grid.paste_first = self.offer
        QShortcut(QKeySequence(KEYS), view, self.open).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def offer(self, text: str) -> bool:
        """Whether this text is a message rather than cells, and is being looked through now."""
        if self._view.order.locked or not looks_spoken(text):
            return False
        self.show(text)
        return True

    def look_through(self, text: str) -> None:
        """The words of an arrival, when there are goods in them; otherwise the clerk types."""
        if not self._view.order.locked and ("\t" in text or looks_spoken(text)):
            self.show(text)

    def open(self) -> None:
        """智能粘贴: whatever is on the clipboard; empty, the words can be typed or pasted on the left."""
        if not self._view.order.locked:
            self.show(clipboard_text())

    def show(self, text: str) -> None:
        """Look a text through."""
        view = self._view
        view.settle()
        customer = str(view.order.draft.values.get("customer") or "")
        dialog = PasteDialog(view.context, view.order.products, customer, text, self.take, view.window())
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._closed)
        self.dialog = dialog
        dialog.open()

    def _closed(self, result: int) -> None:
        self.dialog = None

    def take(self, dialog: PasteDialog) -> None:
        """The lines and the ticked header values enter the order as one step; what was picked is remembered."""
        view, stack = self._view, self._view.stack
        draft, number = view.order.draft, len(dialog.draft.lines)
        start = len(draft.lines)
        head = dialog.head()
        if head.get("note") and draft.values.get("note"):
            head["note"] = f"{draft.values['note']}\n{head['note']}"
        stack.beginMacro(f"智能粘贴 {number} 行" if number else "智能粘贴")
        if head:
            view.header.change("智能粘贴", lambda: [draft.set(key, value) for key, value in head.items()])
        if number:
            view.grid.lines.change(f"智能粘贴 {number} 行", start, start, put_lines(dialog, view.grid.lines, start))
        stack.endMacro()
        unread = sum(path.startswith("lines/") for path in draft.typed)
        view.lines.say(
            f"放进 {number} 行" + (f"，{unread} 处没认出，已标红" if unread else ""), "warn" if unread else "ok"
        )
        view.window().activateWindow()
        view.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        first = next((p for p in sorted(draft.typed) if p.startswith("lines/")), "")
        if not first or not view.grid.locate(first):
            view.grid.go_blank()
        learn = dialog.to_learn()
        if learn is not None and "order.learn" in view.context.desk.registry.verbs:
            view.context.ops.run("order.learn", learn)


def intake_words(desk: Desk, uid: str) -> str:
    """What an order is made from: the table that came with an arrival, or its words. Runs beside the window."""
    return str(desk.do("intake.words", {"uid": uid}).data["text"])


def clipboard_text() -> str:
    """The text on the clipboard; a table that a mail hands over as a web page becomes tab-separated."""
    clipboard = QApplication.clipboard()
    mime = clipboard.mimeData()
    text = clipboard.text()
    if mime is not None and mime.hasHtml() and "\t" not in text and "<table" in mime.html().lower():
        block = block_of(mime.html())
        if block:
            return "\n".join("\t".join(cell.replace("\n", " ") for cell in cells) for cells in block)
    return text
