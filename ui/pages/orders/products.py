"""Finds the product a clerk or a pasted cell means, and says what it costs and how much is left."""

from __future__ import annotations

from salesdesk.desk import Desk
from salesdesk.domain.kinds import Price, Qty, Row
from salesdesk.domain.text import normalize
from salesdesk.modules.orders import queries
from salesdesk.services.module import Role
from ui.kit.lines_grid_model import PickRow

PRICE, QTY = Price(), Qty()
FIELDS = "uid, code, name, spec, unit, barcode, aliases, pack_unit, pack_qty, list_price, on_hand, stopped"


class Products:
    """Looks products up for one order; what was read is kept until `forget`."""

    noun = "产品"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[str, Row] = {}
        self._promised: dict[str, int] = {}
        self.order = ""  # uid of the order at hand: what it has promised itself does not count

    @property
    def can_create(self) -> bool:
        """Whether whoever sits here may add a product."""
        verb = self._desk.registry.verbs.get("product.save")
        return verb is not None and self._desk.settings.role >= verb.role and self._desk.settings.role > Role.VIEWER

    def forget(self) -> None:
        """Read again: products, stock or promises have changed."""
        self._known.clear()
        self._promised.clear()

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
            promised = queries.promised(reader, uids, self.order)
            for row in reader.rows(f"SELECT {FIELDS} FROM product WHERE uid IN ({queries.marks(uids)})", uids):
                row["available"] = (row["on_hand"] or 0) - promised.get(row["uid"], 0)
                self._known[row["uid"]] = row

    # -- what the grid asks ----------------------------------------------------------------------------------------

    def exact(self, text: str) -> PickRow | None:
        """The product whose code, barcode, or name and specification this is, and no other."""
        return self.match({"product.code": text}, strict=True)

    def find(self, text: str, limit: int) -> list[PickRow]:
        """Products in use that match a fragment, those with stock before those without at equal rank."""
        hits = self._desk.find(normalize(text), "product", limit * 2)
        rows = [r for r in self.rows([h.uid for h in hits]) if not r["stopped"]]
        return [pick_row(r) for r in rows[:limit]]

    def match(self, words: dict[str, str], strict: bool = False) -> PickRow | None:
        """The product meant by code, barcode, name, one of its aliases, or name and specification together; None in doubt."""
        code, name = normalize(words.get("product.code", "")), normalize(words.get("product.name", ""))
        spec = normalize(words.get("product.spec", ""))
        for text in dict.fromkeys(t for t in (code, name) if t):
            for condition in ("code = ? COLLATE NOCASE", "barcode = ?", "name = ?"):
                found = self._one(condition, text, spec)
                if found is not None:
                    return found
            found = self._by_alias(text, spec) or self._joined(text, spec)
            if found is not None:
                return found
        return None

    def _one(self, condition: str, text: str, spec: str) -> PickRow | None:
        with self._desk.read() as reader:
            found = reader.rows(f"SELECT {FIELDS} FROM product WHERE {condition} AND void = 0 LIMIT 20", (text,))
        return self._only(found, spec)

    def _only(self, found: list[Row], spec: str) -> PickRow | None:
        """The one of several; a specification may decide, a stopped product never wins over one in use."""
        live = [r for r in found if not r["stopped"]] or found
        if len(live) > 1 and spec:
            live = [r for r in live if _squeezed(r["spec"]) == _squeezed(spec)]
        return pick_row(self._with_stock(live[0])) if len(live) == 1 else None

    def _by_alias(self, text: str, spec: str) -> PickRow | None:
        hits = self._desk.find(text, "product", 40)
        wanted = text.lower()
        found = [r for r in self.rows([h.uid for h in hits]) if wanted in (r["aliases"] or "").lower().replace("，", " ").split()]
        return self._only(found, spec)

    def _joined(self, text: str, spec: str) -> PickRow | None:
        """Name and specification written as one, with or without blanks between them."""
        wanted = _squeezed(text + spec)
        head = text.split()[0] if text.split() else text
        hits = self._desk.find(head, "product", 60)
        found = [r for r in self.rows([h.uid for h in hits]) if wanted in (_squeezed(f"{r['name']}{r['spec'] or ''}"), _squeezed(r["name"]))]
        return self._only(found, "")

    def _with_stock(self, row: Row) -> Row:
        return self.row(str(row["uid"])) or row


def _squeezed(text: object) -> str:
    return "".join(normalize(str(text or "")).lower().split()).replace("*", "×").replace("x", "×")


def pick_row(row: Row) -> PickRow:
    """How a product stands in the list under the cell."""
    price = f"¥{PRICE.show(row['list_price'])}" if row["list_price"] is not None else "未定价"
    stock = f"可用 {QTY.show(row.get('available', row['on_hand']) or 0)} {row['unit'] or ''}".strip()
    return PickRow(str(row["uid"]), str(row["code"] or ""), str(row["name"] or ""), str(row["spec"] or ""), f"{price}　{stock}", bool(row["stopped"]))
