"""The product catalogue, its categories and the stock ledger; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Flag, Int, Link, Note, Price, Qty, Rate, Text, options
from salesdesk.modules.products.rules import ROUTE

CATEGORY = Entity(
    "product_category",
    "产品类别",
    (
        Field("name", "类别", Text(40), required=True, listed=True, search=True),
        Field("route", "走向", ROUTE, required=True, listed=True, note="确认订单后传给生产还是采购"),
        Field("note", "备注", Text(200), listed=True),
    ),
    icon="tag",
)

PRODUCT = Entity(
    "product",
    "产品",
    (
        Field(
            "code",
            "产品编码",
            Text(40),
            required=True,
            search=True,
            listed=True,
            synonyms=("编码", "货号", "物料编码", "料号", "存货编码", "商品编码", "产品编号", "物料号", "品号"),
            section="基本资料",
        ),
        Field(
            "name",
            "产品名称",
            Text(120),
            required=True,
            search=True,
            listed=True,
            synonyms=("名称", "品名", "商品名称", "物料名称", "货物名称", "存货名称", "产品"),
            wide=True,
        ),
        Field("spec", "规格", Text(120), search=True, listed=True, synonyms=("规格型号", "型号", "规格/型号")),
        Field("unit", "单位", Text(10), required=True, listed=True, default="只", synonyms=("计量单位", "基本单位")),
        Field(
            "category", "类别", Link(entity="product_category"), listed=True, synonyms=("产品类别", "分类", "存货分类")
        ),
        Field("brand", "品牌", Text(40)),
        Field("barcode", "条码", Text(40), search=True, synonyms=("条形码",)),
        Field("aliases", "别名", Text(200), search=True, note="客户的叫法，多个用空格隔开", wide=True),
        Field("pack_unit", "包装单位", Text(10), section="包装", synonyms=("大单位", "箱规单位"), note="例如 箱"),
        Field(
            "pack_qty", "每包装数量", Qty(least=1), synonyms=("箱规", "装箱数", "换算率"), note="1 箱 = 12 只就填 12"
        ),
        Field(
            "list_price",
            "标准售价",
            Price(least=0),
            listed=True,
            important=True,
            section="价格",
            synonyms=("售价", "单价", "销售价", "含税单价", "含税售价"),
        ),
        Field("floor_price", "最低限价", Price(least=0), important=True, synonyms=("限价", "最低价", "底价")),
        Field("cost", "成本价", Price(least=0), important=True, masked="cost", synonyms=("成本", "进价")),
        Field("tax_rate", "税率", Rate(), default="13%", synonyms=("增值税率",)),
        Field(
            "on_hand",
            "库存",
            Qty(),
            derived=True,
            listed=True,
            section="库存",
            synonyms=("库存数量", "现存量", "结存数量"),
            note="按出入库流水算出，不能直接改",
        ),
        Field("min_stock", "最低库存", Qty(least=0), synonyms=("安全库存",)),
        Field("lead_days", "备货天数", Int(least=0), synonyms=("交货周期", "生产周期")),
        Field("stopped", "停用", Flag(), section="其他", note="停用后录单时不再出现"),
        Field("note", "备注", Note(), wide=True, synonyms=("说明",)),
    ),
    code="code",
    subtitle=("code", "spec"),
    indexes=(("name",), ("barcode",)),
    order='t."code", t.rowid',
    icon="box",
)

STOCK_MOVE = Entity(
    "stock_move",
    "出入库流水",
    (
        Field("product", "产品", Link(entity="product"), required=True, listed=True),
        Field("qty", "数量", Qty(), required=True, listed=True, important=True, note="入库为正，出库为负"),
        Field("day", "日期", Day(), required=True, listed=True),
        Field(
            "reason",
            "原因",
            Choice(options=options("期初", "入库", "出库", "送货", "拒收退回", "退货", "盘点")),
            required=True,
            listed=True,
        ),
        Field("source", "来源单据", Link(), fixed=True),
        Field("note", "备注", Text(200), listed=True),
    ),
    naming="note",
    ledger=True,
    indexes=(("product", "void", "qty"),),  # the stock is summed from the index alone, however long the ledger grows
    order="t.day DESC, t.rowid DESC",
    icon="box",
)
