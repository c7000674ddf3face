"""What can be done with the goods of one open order: deliver, deliver together, close the rest, open it again."""

from __future__ import annotations

from collections.abc import Callable

from ui.pages.orders.entry import EntryView

Item = tuple[str, str, Callable[[], object]]


class ShipActions:
    """Delivery verbs of one open order; each opens its dialog. may: whether a verb is open to whoever sits here."""

    def __init__(self, view: EntryView, may: Callable[[str], bool]) -> None:
        self._view, self._may = view, may

    def items(self) -> list[Item]:
        """What the menu offers in the state the order is in."""
        order, found = self._view.order, list[Item]()
        if order.stage in ("confirmed", "part") and self._may("delivery.save"):
            found.append(("合并发货…", "Shift+F9", self.merge))
        if order.stage == "part" and self._may("order.close_rest"):
            found.append(("关闭余量…", "", self.close_rest))
        if order.state == "confirmed" and order.has_closed and self._may("order.reopen_rest"):
            found.append(("重开余量…", "", self.reopen_rest))
        return found

    def deliver(self) -> None:
        """发货: choose quantities, carrier and consignee."""
        view = self._view
        if view.order.stage not in ("confirmed", "part") or view.order.amending or not self._may("order.deliver"):
            return
        from ui.pages.orders.delivery_dialog import DeliveryDialog

        dialog = DeliveryDialog(view.context, view.order.draft.uid, view.window())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def merge(self) -> None:
        """合并发货: lines of the customer's other orders on the same 送货单."""
        view = self._view
        if view.order.stage in ("confirmed", "part") and not view.order.amending and self._may("delivery.save"):
            from ui.pages.orders.merge_dialog import show_merge

            show_merge(view.context, view.order.draft.uid, view.window())

    def close_rest(self) -> None:
        """关闭余量: what is left will not be delivered."""
        self._rest(False)

    def reopen_rest(self) -> None:
        """重开余量: a closed rest is to be delivered after all."""
        self._rest(True)

    def _rest(self, reopening: bool) -> None:
        view = self._view
        if view.order.state == "confirmed" and not view.order.amending:
            from ui.pages.orders.rest_dialog import show_rest

            show_rest(view.context, view.order.draft.uid, reopening, view.window())
