"""What a clerk does in a day, each by keys into whatever has the focus; how often is the first figure."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.pages.orders.page import OrdersPage
from ui.shell.window import Window

if TYPE_CHECKING:
    from tests.soak.clerk import Clerk

NAMES = ("华源", "长安", "兴业", "恒达", "金泰", "永盛", "同创", "瑞丰")
KINDS = ("贸易有限公司", "阀门经营部", "机电设备有限公司", "石化工程有限公司")


def codes(window: Window, entity: str, rng: random.Random, many: int) -> list[str]:
    """Codes the clerk knows by heart."""
    with window.desk.read() as reader:
        found = reader.column(f'SELECT code FROM "{entity}" WHERE void = 0 AND code IS NOT NULL LIMIT 200')
    return [str(rng.choice(found)) for _ in range(many)] if found else []


def tidy(window: Window, clerk: Clerk) -> None:
    """Nothing open, 今日 in front."""
    page = window.pages.made.get("orders")
    if isinstance(page, OrdersPage):
        while page.entries:
            page.tabs.closed.emit(page.entries[-1])
    window._uncover()
    window.go("today")


def order(window: Window, clerk: Clerk) -> None:
    """A new order of some lines; saved, confirmed, or left as a draft."""
    rng, hands = clerk.rng, clerk.hands(window)
    customers = codes(window, "customer", rng, 1)
    hands.press("Ctrl+N")
    if not isinstance(window.front, OrdersPage) or not customers:
        return
    hands.type(customers[0])
    hands.press("Return")
    hands.type(f"PO-{rng.randint(1000, 9999)}")
    hands.press("Return", "Return")
    for code in codes(window, "product", rng, rng.randint(1, 4)):
        hands.type(code)
        hands.press("Return")
        hands.type(rng.choice(("1", "12", "=3*4", "2箱", str(rng.randint(1, 60)))))
        hands.press("Return", "Return")
    if rng.random() < 0.3:
        hands.press("Ctrl+Z", "Ctrl+Z", "Ctrl+Y")
    hands.press(rng.choice(("Ctrl+S", "Ctrl+S", "F8", "F8", "Ctrl+W")))


def stored_order(window: Window, clerk: Clerk) -> None:
    """Open one of the latest orders, look around in it, change or deliver it."""
    rng, hands = clerk.rng, clerk.hands(window)
    with window.desk.read() as reader:
        uids = reader.column("SELECT uid FROM sales_order WHERE void = 0 ORDER BY rowid DESC LIMIT 40")
    if not uids:
        return
    window.show_place("sales_order", str(rng.choice(uids)))
    for key in rng.sample(("F6", "F6", "F9", "F10", "F11", "Down", "Tab", "F3", "Ctrl+Shift+C"), 4):
        hands.press(key)
    hands.press(rng.choice(("F8", "Ctrl+S", "Ctrl+W", "Ctrl+W")))


def walk(window: Window, clerk: Clerk) -> None:
    """From page to page, up and down the lists, a record opened and closed."""
    hands = clerk.hands(window)
    hands.press(f"Alt+{clerk.rng.randint(1, 9)}", "Ctrl+F", "Escape")
    hands.press(*clerk.rng.choices(("Down", "Down", "Up", "Return", "Escape", "F6", "PgDown"), k=6))
    hands.press("Escape")


def narrow(window: Window, clerk: Clerk) -> None:
    """Type into the search box of a list, and empty it again."""
    hands = clerk.hands(window)
    window.go(clerk.rng.choice(("orders", "customers", "products")))
    hands.press("Ctrl+F")
    hands.type(clerk.rng.choice(("华", "hy", "阀门", "P1", "dn25", "26")))
    hands.press("Return", "Ctrl+F", "Ctrl+A", "Backspace")


def palette(window: Window, clerk: Clerk) -> None:
    """搜一切: a fragment, sometimes followed."""
    hands = clerk.hands(window)
    hands.press("Ctrl+K")
    hands.type(clerk.rng.choice(("华", "hy", "订单", "P100", "报表", "客户", "撤销", "1")))
    hands.press(clerk.rng.choice(("Escape", "Escape", "Return")))
    if any(one.isVisible() for one in window._overlays()):
        hands.press("Escape")


def customer(window: Window, clerk: Clerk) -> None:
    """A new customer with a name and a phone."""
    rng, hands = clerk.rng, clerk.hands(window)
    window.go("customers")
    hands.press("Ctrl+N")
    hands.type(f"S{rng.randint(10_000, 99_999)}")
    hands.press("Return")
    hands.type(f"{rng.choice(NAMES)}{rng.choice(NAMES)}{rng.choice(KINDS)}")
    hands.press("Return")
    hands.press(rng.choice(("Ctrl+S", "Ctrl+S", "Escape")))


def arrival(window: Window, clerk: Clerk) -> None:
    """登记来单, in words; the dialog is answered like any other."""
    hands = clerk.hands(window)
    window.go("orders")
    hands.press("Ctrl+L")


def undo(window: Window, clerk: Clerk) -> None:
    """Take back, or take back and bring again."""
    tidy(window, clerk)
    clerk.hands(window).press(*clerk.rng.choice((("Ctrl+Z",), ("Ctrl+Z", "Ctrl+Y"), ("Ctrl+Y",))))


def papers(window: Window, clerk: Clerk) -> None:
    """Look at a paper in the preview."""
    with window.desk.read() as reader:
        uids = reader.column("SELECT uid FROM delivery WHERE void = 0 ORDER BY rowid DESC LIMIT 30")
    if uids:
        window.show_place("delivery", str(clerk.rng.choice(uids)), "delivery.preview")


def sheets(window: Window, clerk: Clerk) -> None:
    """The key sheet, settings, the other look."""
    hands = clerk.hands(window)
    what = clerk.rng.randrange(4)
    if what == 0:
        hands.press("F1", "Escape")
    elif what == 1:
        hands.press("Ctrl+,")
    elif what == 2:
        window.change_look()
    else:
        hands.press("Ctrl+Shift+S")


def back_up(window: Window, clerk: Clerk) -> None:
    """现在备份, beside the window."""
    window.ops.write(window.desk.backup)


def sync_now(window: Window, clerk: Clerk) -> None:
    """One round at once, though one is due anyway."""
    window.context.syncer.sync_now()


ACTS: dict[str, tuple[int, Callable[[Window, Clerk], object]]] = {
    "order": (12, order),
    "stored order": (6, stored_order),
    "walk": (10, walk),
    "narrow": (5, narrow),
    "palette": (6, palette),
    "customer": (3, customer),
    "arrival": (2, arrival),
    "undo": (3, undo),
    "papers": (2, papers),
    "sheets": (3, sheets),
    "back up": (1, back_up),
    "sync": (1, sync_now),
}
