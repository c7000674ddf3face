"""More that can be done with the order in front: baskets, gifts, asking the 主管; and the widths the clerk gave the columns."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut

from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.orders import baskets
from salesdesk.modules.orders.baskets import Basket, Item
from salesdesk.services.roles import Role
from ui.kit.approval_dialog import ask_approval
from ui.kit.messages import ask_reason
from ui.pages.orders.entry_head import Item as MenuItem

WIDTHS = "ui.grid.order_lines"
WIDTHS_MS = 600


class Actions(Protocol):
    """What is asked of the actions of the open order."""

    def may(self, verb: str) -> bool: ...

    def ask(self, verb: str) -> None: ...

    def save_then(self, verb: str, args: dict[str, Any]) -> None: ...

    def verb_refused(self, problems: tuple[Problem, ...]) -> None: ...


class EntryMore(QObject):
    """Belongs to the actions of one open order."""

    def __init__(self, actions: Actions, view: Any) -> None:
        super().__init__(view)
        self._actions = actions
        self._view = view
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(WIDTHS_MS)
        self._later.timeout.connect(self.keep_widths)

    def connect_all(self) -> None:
        """Keys, and the columns as they were left."""
        view = self._view
        shortcut = QShortcut(QKeySequence("F3"), view, self.show_baskets)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        view.lines.basket_wanted.connect(self.show_baskets)
        kept: dict[str, int] = view.context.desk.settings.get(WIDTHS) or {}
        view.grid.set_widths(kept)
        view.grid.width_chosen.connect(self._later.start)

    def keep_widths(self) -> None:
        """Remember the widths that were chosen by hand."""
        settings, widths = self._view.context.desk.settings, dict(self._view.grid.widths)
        self._view.context.ops.write(partial(settings.put, WIDTHS, widths))

    @property
    def manager(self) -> bool:
        """Whether whoever sits here is the 主管."""
        return bool(self._view.context.desk.settings.role >= Role.MANAGER)

    def beyond(self, problems: list[Problem]) -> list[Problem]:
        """The problems that somebody with a higher role has to let pass."""
        return [] if self.manager else [p for p in problems if p.severity is Severity.ASK and p.who == "manager"]

    def ways(
        self, send: Callable[[dict[str, Any], str, object], None], after: str, more: dict[str, Any], asks: list[Problem]
    ) -> list[tuple[str, Callable[[], object]]]:
        """What can be done about them: the 主管 at his own PC, or beside the clerk with his password."""
        view = self._view

        def approve_here() -> None:
            given = ask_approval(
                view.context.ops, view.window(), f"order.{after}", {}, self.beyond(asks), sending=False
            )
            if given is not None:
                send({**more, **given}, after, view.head.primary)

        found: list[tuple[str, Callable[[], object]]] = []
        if self._actions.may("release.ask"):
            found.append(("请主管放行", self.ask_manager))
        if view.context.desk.settings.seat.approvers:
            found.append(("主管在这里批准", approve_here))
        return found

    def items(self) -> list[MenuItem | None]:
        """Entries of the menu."""
        view = self._view
        order, may = view.order, self._actions.may
        items: list[MenuItem | None] = []
        if not order.locked:
            items.append(("常用清单…", "F3", self.show_baskets))
            items.append(("这一行是赠品", "", self.mark_gift))
            if self.beyond(view.problems()) and may("release.ask"):
                items.append(("请主管放行…", "", self.ask_manager))
        if order.draft.uid and order.draft.filled_lines() and may("order.keep_basket"):
            items.append(("存为常用清单…", "", partial(self._actions.ask, "order.keep_basket")))
        if order.state == "cancelled" and may("order.reopen"):
            items.append(("恢复订单…", "", partial(self._actions.ask, "order.reopen")))
        return items

    def next_part(self) -> None:
        """F6 goes from the head to the lines, from there to the problems, to the figures beside, and back."""
        view = self._view
        if view.grid.hasFocus() or view.grid.editor is not None:
            view.grid.settle()
            if view.lines.problems.isVisible():
                view.lines.problems.focus_first()
            elif not (view.panel.isVisible() and view.panel.focus_first()):
                view.header.locate("customer")
        elif view.lines.problems.isAncestorOf(view.focusWidget() or view):
            if not (view.panel.isVisible() and view.panel.focus_first()):
                view.header.locate("customer")
        elif view.header.isAncestorOf(view.focusWidget() or view):
            view.to_lines()
        else:
            view.header.locate("customer")

    # -- baskets ---------------------------------------------------------------------------------------------------

    def show_baskets(self) -> None:
        """F3: what the customer usually takes, read beside the window."""
        view = self._view
        view.settle()
        order, desk = view.order, view.context.desk
        if order.locked:
            return
        customer = str(order.draft.values.get("customer") or "")
        if not customer:
            view.lines.say("先选客户，才知道他常买什么", "warn")
            view.header.locate("customer")
            return
        today, uid = order.draft.today, order.draft.uid

        def read() -> list[Basket]:
            with desk.read() as reader:
                return baskets.offered(reader, customer, today, uid)

        view.context.ops.read(read, self._offer, token=("baskets", id(self)))

    def _offer(self, found: list[Basket]) -> None:
        if not self._view.isVisible():  # the order was put away while its baskets were read
            return
        from ui.pages.orders.basket_dialog import BasketDialog

        dialog = BasketDialog(self._view, found, self.put)  # goes with the order it would put lines into
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def put(self, basket: Basket, items: list[Item]) -> None:
        """The lines of a basket, as one step that can be undone."""
        view = self._view
        at = len(view.order.draft.lines)
        view.grid.lines.change(f"放进「{basket.title}」", at, at, lambda: view.order.put_items(items))
        view.lines.say(f"已放进 {len(items)} 行，请核对数量和单价", "ok")
        view.to_lines()

    # -- gifts -----------------------------------------------------------------------------------------------------

    def mark_gift(self) -> None:
        """The current line is a gift: price 0, and the cursor where the reason is typed."""
        view = self._view
        view.settle()
        at, lines = view.grid.at()[0], view.grid.lines
        if at >= len(view.order.draft.lines) or not view.order.draft.lines[at].get("product"):
            view.lines.say("先选产品，再标成赠品", "warn")
            return

        def act() -> None:
            view.order.draft.set(f"lines/{at}/kind", "赠品")
            view.order.draft.set(f"lines/{at}/price", "0")

        lines.change("标成赠品", at, at + 1, act)
        view.lines.show_gifts(True)
        view.grid.locate(f"lines/{at}/gift_reason")

    # -- the 主管 --------------------------------------------------------------------------------------------------

    def ask_manager(self) -> None:
        """请主管放行: say why; what is typed is saved before, of an amendment as it stands in the form."""
        view = self._view
        view.settle()
        words = ask_reason(view.window(), "请主管放行，写给主管看", self.beyond(view.problems()))
        if not words:
            return
        if view.order.amending:
            args = {**view.order.args(), "uid": view.order.draft.uid, "words": words}
            view.context.ops.run("release.ask", args, self._asked, self._actions.verb_refused)
        else:
            self._actions.save_then("release.ask", {"words": words})

    def _asked(self, outcome: Any) -> None:
        self._view.lines.say(str(outcome.message), "ok")
