"""Stock in, stock out, and setting the stock to what the warehouse counted."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Link, Qty, Row, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.products.model import PRODUCT, STOCK_MOVE
from salesdesk.services.module import Context, Outcome, Verb


def move(ctx: Context, args: Row) -> Outcome:
    """Add one ledger row."""
    if not args["qty"]:
        raise Refused(Problem("数量是 0，没有可记的", "入库填正数，出库填负数", path="qty", place="「数量」"))
    row = {**args, "day": args.get("day") or ctx.today}
    have = ctx.work.get(PRODUCT, args["product"]) or {}
    left = (have.get("on_hand") or 0) + args["qty"]
    if args["qty"] < 0 and left < 0:
        ctx.warnings.append(
            Problem(
                f"出库后「{have.get('name')}」的库存是 {STOCK_MOVE['qty'].kind.show(left)}",
                "请看是不是有入库没登记",
                path="qty",
                place="「数量」",
                code="short_stock",
                severity=Severity.WARN,
            )
        )
    uid = ctx.work.insert(STOCK_MOVE, {k: row.get(k) for k in ("product", "qty", "day", "reason", "note")})
    name = ctx.work.named(PRODUCT, args["product"])
    ctx.work.title = f"{row['reason']} {name} {STOCK_MOVE['qty'].kind.show(row['qty'])}"
    return Outcome(uid, f"已记{ctx.work.title}")


def count(ctx: Context, args: Row) -> Outcome:
    """Bring the stock to a counted quantity by a ledger row of the difference."""
    have = ctx.work.get(PRODUCT, args["product"])
    assert have is not None
    difference = args["qty"] - (have["on_hand"] or 0)
    name = have["name"]
    if difference == 0:
        return Outcome(message=f"{name} 库存本来就是这个数")
    uid = ctx.work.insert(
        STOCK_MOVE,
        {"product": args["product"], "qty": difference, "day": ctx.today, "reason": "盘点", "note": args.get("note")},
    )
    ctx.work.title = f"核对库存 {name}"
    return Outcome(uid, f"{name} 库存已改为 {STOCK_MOVE['qty'].kind.show(args['qty'])}")


_PRODUCT = Field("product", "产品", Link(entity="product"), required=True)

VERBS = (
    Verb(
        "stock.move",
        "登记出入库",
        move,
        params=(
            _PRODUCT,
            Field("qty", "数量", Qty(), required=True, note="入库为正，出库为负"),
            Field("reason", "原因", STOCK_MOVE["reason"].kind, required=True, default="入库"),
            Field("day", "日期", Day()),
            Field("note", "备注", Text()),
        ),
        changes=("stock_move",),
        entity="stock_move",
        icon="box",
    ),
    Verb(
        "stock.count",
        "按盘点数核对库存",
        count,
        params=(_PRODUCT, Field("qty", "盘点数", Qty(least=0), required=True), Field("note", "备注", Text())),
        changes=("stock_move",),
        entity="stock_move",
        icon="check",
    ),
)
