"""Finds the product a clerk or a pasted cell means, and says what it costs and how much is left."""

from __future__ import annotations

from salesdesk.desk import Desk
from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Price, Qty, Row
from salesdesk.domain.problems import Severity
from salesdesk.domain.text import normalize
from salesdesk.modules.orders import queries
from salesdesk.modules.orders.matching import Catalogue, to_base_unit
from salesdesk.services.roles import Role
from ui.kit.lines_grid_model import PickRow

PRICE, QTY = Price(), Qty()


class Products:
    """Looks products up for one order; what was read is kept until `forget`."""

    noun = "产品"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[str, Row] = {}
        self._catalogue: Catalogue | None = None
        self.order = ""  # uid of the order at hand: what it has promised itself does not count

    @property
    def can_create(self) -> bool:
        """Whether whoever sits here may add a product."""
        verb = self._desk.registry.verbs.get("product.save")
        return verb is not None and self._desk.settings.seat.may(verb) and self._desk.settings.role > Role.VIEWER

    def forget(self) -> None:
        """Read again: products, stock or promises have changed."""
        self._known.clear()
        self._catalogue = None

    def row(self, uid: str) -> Row | None:
        """The product, with `available`: stock less what is promised to other orders."""
        if uid not in self._known:
            self._load([uid])
        return self._known.get(uid)

    def rows(self, uids: list[str]) -> list[Row]:
        """Several products at once, in the given order."""
        self._load([u for u in uids if u not in self._known])
        return [self._known[u] for u in uids if u in self._known]

    def _load(self, uids: list[str]) -> None:
        if not uids:
            return
        with self._desk.read() as reader:
            for row in queries.products_with_stock(reader, uids, self.order):
                self._known[str(row["uid"])] = row

    # -- what the grid asks ----------------------------------------------------------------------------------------

    def exact(self, text: str) -> PickRow | None:
        """The one product in use whose code, barcode or name this is."""
        with self._desk.read() as reader:
            uid = queries.product_called(reader, normalize(text))
        row = self.row(uid) if uid else None
        return pick_row(row) if row is not None else None

    def find(self, text: str, limit: int) -> list[PickRow]:
        """Products in use that match a fragment, best first."""
        hits = self._desk.find(normalize(text), "product", limit * 2)
        rows = [r for r in self.rows([h.uid for h in hits]) if not r["stopped"]]
        return [pick_row(r) for r in rows[:limit]]

    def match(self, words: dict[str, str]) -> tuple[PickRow | None, str]:
        """The product a pasted row means, by the same rule as importing a file; else None and the reason."""
        if self._catalogue is None:
            with self._desk.read() as reader:
                self._catalogue = Catalogue.load(reader)
        uid, reason = self._catalogue.match(
            words.get("product.code", ""), words.get("product.name", ""), words.get("product.spec", "")
        )
        row = self.row(uid) if uid is not None else None
        return (pick_row(row), "") if row is not None else (None, reason)

    def adjust(self, draft: Draft, row: int, words: dict[str, str]) -> None:
        """A pasted quantity counted in packs (箱) becomes pieces; a unit nobody knows marks the quantity."""
        line, unit, path = draft.lines[row], words.get("product.unit", ""), f"lines/{row}/qty"
        product = self.row(str(line.get("product") or ""))
        if product is None or not unit or line.get("qty") is None:
            return
        raw = QTY.edit(line["qty"])
        qty, price, faults = to_base_unit(product, unit, line["qty"], line.get("price") if words.get("price") else None)
        fault = next((f for f in faults if f.severity is Severity.STOP), None)
        if fault is not None:
            draft.put(path, None)
            draft.typed[path] = (f"{raw} {unit}", fault.message, fault.cure)
            return
        draft.put(path, qty)
        if price is not None:
            draft.put(f"lines/{row}/price", price)


def pick_row(row: Row) -> PickRow:
    """How a product stands in the list under the cell."""
    price = f"¥{PRICE.show(row['list_price'])}" if row["list_price"] is not None else "未定价"
    stock = f"可用 {QTY.show(row.get('available', row['on_hand']) or 0)} {row['unit'] or ''}".strip()
    return PickRow(
        str(row["uid"]),
        str(row["code"] or ""),
        str(row["name"] or ""),
        str(row["spec"] or ""),
        f"{price}　{stock}",
        bool(row["stopped"]),
    )
