"""Office supplies, who sells them at which price, what of them was booked, quotas and budgets; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Flag, Int, Link, Money, Note, Phone, Price, Qty, Text, options

SUPPLY = Entity(
    "supply",
    "用品",
    (
        Field("code", "用品编码", Text(40, True), required=True, search=True, listed=True, section="基本资料",
              synonyms=("编码", "物品编码", "编号")),
        Field("name", "用品名称", Text(80), required=True, search=True, listed=True, wide=True,
              synonyms=("名称", "品名", "物品名称", "用品")),
        Field("spec", "规格", Text(80), search=True, listed=True, synonyms=("规格型号", "型号")),
        Field("unit", "单位", Text(10), required=True, listed=True, default="个", synonyms=("计量单位",)),
        Field("category", "类别", Text(40), listed=True, synonyms=("分类",), note="例如 纸张、书写、耗材"),
        Field("barcode", "条码", Text(40), search=True, note="盘点时扫这个"),
        Field("place", "存放位置", Text(40), listed=True, synonyms=("位置", "库位"), note="例如 2 柜 3 层"),
        Field("lent", "要归还", Flag(), note="借出去要还的，例如投影仪"),
        Field("pack_unit", "包装单位", Text(10), section="采购", synonyms=("大单位",), note="例如 箱"),
        Field("pack_qty", "每包装数量", Qty(least=1), synonyms=("箱规", "装箱数"), note="1 箱 = 5 包就填 5"),
        Field("vendor", "常用供应商", Link(entity="supply_vendor"), synonyms=("供应商",)),
        Field("price", "参考单价", Price(least=0), listed=True, synonyms=("单价", "价格"), note="没有报价时用它估金额"),
        Field("on_hand", "库存", Qty(), derived=True, listed=True, section="库存", synonyms=("库存数量", "现存量"),
              note="按用品流水算出，不能直接改"),
        Field("value", "库存金额", Money(), derived=True, listed=True),
        Field("on_order", "在途", Qty(), derived=True, listed=True, note="采购单上还没到的"),
        Field("min_stock", "最低库存", Qty(least=0), listed=True, synonyms=("安全库存", "下限")),
        Field("max_stock", "最高库存", Qty(least=0), synonyms=("上限",), note="低于最低时补到这里"),
        Field("stopped", "停用", Flag(), section="其他", note="停用后不再领用和采购"),
        Field("note", "备注", Note(400), wide=True),
    ),
    code="code",
    subtitle=("code", "spec"),
    indexes=(("name",), ("barcode",)),
    order='t."code", t.rowid',
    icon="notebook",
)  # fmt: skip

VENDOR = Entity(
    "supply_vendor",
    "用品供应商",
    (
        Field("name", "供应商", Text(80), required=True, listed=True, search=True, synonyms=("名称", "供应商名称")),
        Field("contact", "联系人", Text(40), listed=True),
        Field("phone", "电话", Phone(), listed=True, masked="phone"),
        Field("terms", "付款方式", Text(60), listed=True, note="例如 月结、货到付款"),
        Field("stopped", "停用", Flag(), note="停用后不再下单"),
        Field("note", "备注", Note(400), wide=True),
    ),
    icon="building",
)

OFFER = Entity(
    "supply_offer",
    "用品报价",
    (
        Field("supply", "用品", Link(entity="supply"), required=True, listed=True),
        Field("vendor", "供应商", Link(entity="supply_vendor"), required=True, listed=True),
        Field("price", "单价", Price(least=0), required=True, listed=True, important=True, note="按最小单位报"),
        Field("day", "报价日期", Day(), listed=True, note="空着就是今天"),
        Field("days", "几天到货", Int(least=0), listed=True),
        Field("usual", "先用这家", Flag(), listed=True, note="不填就用最便宜的"),
        Field("note", "备注", Text(120), listed=True),
    ),
    naming="supply",
    indexes=(("supply", "void"),),
    order="t.day DESC, t.rowid DESC",
    icon="tag",
)

MOVE_KIND = Choice(options=options("期初", "入库", "退货", "领用", "退回", "借出", "归还", "报损", "丢失", "盘点"))
"""用掉是「领用」，坏了是「报损」，找不到是「丢失」，从前点错是「盘点」: four ways to leave the stock that are never mixed."""

MOVE = Entity(
    "supply_move",
    "用品流水",
    (
        Field("supply", "用品", Link(entity="supply"), required=True, listed=True),
        Field("day", "日期", Day(), required=True, listed=True),
        Field("kind", "原因", MOVE_KIND, required=True, listed=True),
        Field("qty", "数量", Qty(), required=True, listed=True, important=True, note="进为正，出为负"),
        Field("amount", "金额", Money(), listed=True, important=True, note="出库按移动平均算"),
        Field("staff", "领用人", Link(entity="staff"), listed=True),
        Field("department", "部门", Text(40), listed=True),
        Field("source", "来源单据", Link(), fixed=True),
        Field("note", "备注", Text(200), listed=True),
    ),
    naming="note",
    ledger=True,
    indexes=(("supply", "void", "qty", "amount"), ("staff", "supply", "day"), ("void", "day"), ("source",)),
    order="t.day DESC, t.rowid DESC",
    icon="history",
)

QUOTA = Entity(
    "supply_quota",
    "领用定额",
    (
        Field("supply", "用品", Link(entity="supply"), required=True, listed=True),
        Field("staff", "人员", Link(entity="staff"), listed=True, note="给了人就只管这个人"),
        Field("grade", "职级", Text(20), listed=True, note="人和职级都空着就是每个人"),
        Field("qty", "每月", Qty(least=0), required=True, listed=True, important=True),
        Field("note", "备注", Text(120), listed=True),
    ),
    naming="supply",
    indexes=(("supply", "void"),),
    icon="shield",
)

BUDGET = Entity(
    "supply_budget",
    "用品预算",
    (
        Field("month", "月份", Text(7), required=True, listed=True, note="写成 2026-06"),
        Field("amount", "预算", Money(least=0), required=True, listed=True, important=True),
        Field("note", "备注", Text(120), listed=True),
    ),
    naming="month",
    code="month",
    order="t.month DESC",
    icon="calculator",
)
