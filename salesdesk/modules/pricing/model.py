"""Price lists, their lines and promotions; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Discount, Flag, Link, Note, Option, Price, Qty, Text
from salesdesk.modules.customers.rules import GRADE

FOR_CUSTOMER = Field(
    "customer", "客户", Link(entity="customer"), listed=True, note="只给这个客户；客户和等级都空着就是人人适用"
)
FOR_GRADE = Field("grade", "客户等级", GRADE, listed=True, synonyms=("等级",), note="只给这一级的客户")
STOPPED = Field("stopped", "停用", Flag(), listed=True, note="停用后不再取价，历史还在")
FROM_QTY = Field(
    "from_qty",
    "数量满",
    Qty(least=0),
    listed=True,
    important=True,
    synonyms=("起订量", "满量", "数量起", "起始数量", "阶梯数量", "阶梯"),
    note="一次订到这个数量才按这个价；空着就是不论多少",
)

PRICE_LIST = Entity(
    "price_list",
    "价目表",
    (
        Field("name", "名称", Text(80), required=True, listed=True, search=True, synonyms=("价目表名称",), wide=True),
        FOR_CUSTOMER,
        FOR_GRADE,
        STOPPED,
        Field("note", "备注", Note(), listed=True, wide=True),
    ),
    indexes=(("customer",),),
    order="t.rowid DESC",
    icon="tag",
)

PRICE_LIST_LINE = Entity(
    "price_line",
    "价目明细",
    (
        Field("list", "价目表", Link(entity="price_list"), required=True, listed=True, synonyms=("价目表名称",)),
        Field(
            "product",
            "产品",
            Link(entity="product"),
            required=True,
            listed=True,
            synonyms=("产品编码", "编码", "货号", "料号", "产品名称", "品名", "名称"),
        ),
        FROM_QTY,
        Field(
            "price",
            "含税单价",
            Price(least=0),
            required=True,
            listed=True,
            important=True,
            synonyms=("单价", "价格", "售价", "新价", "执行价", "协议价"),
            note="元，含税，按产品自己的单位",
        ),
        Field(
            "valid_from",
            "生效日期",
            Day(),
            listed=True,
            synonyms=("生效日", "开始日期", "起始日期", "执行日期"),
            note="空着就从今天起",
        ),
        Field(
            "valid_to",
            "截止日期",
            Day(ahead=True),
            listed=True,
            synonyms=("失效日期", "到期日", "结束日期", "有效期至"),
            note="当天还算；空着就一直有效",
        ),
        Field("note", "备注", Text(200), listed=True),
    ),
    naming="product",
    indexes=(("list", "product", "valid_from", "from_qty"), ("valid_to",)),
    order='t."list", t."product", t."valid_from", t."from_qty"',
    icon="tag",
)

PROMOTION_KIND = Choice(
    options=(
        Option("special", "特价", "warn", "tag"),
        Option("discount", "满量折扣", "info", "tag"),
        Option("gift", "买赠", "ok", "box"),
    )
)

PROMOTION = Entity(
    "promotion",
    "促销",
    (
        Field("name", "名称", Text(80), required=True, listed=True, search=True, section="促销", wide=True),
        Field("kind", "方式", PROMOTION_KIND, required=True, listed=True, default="特价"),
        Field("stacks", "可叠加", Flag(), note="可以和别的「可叠加」促销一起用；不选就只取对客户最合算的一个"),
        FROM_QTY,
        Field("price", "特价", Price(least=0), listed=True, important=True, note="方式是「特价」时填，元，含税"),
        Field("discount", "折扣", Discount(), listed=True, important=True, note="方式是「满量折扣」时填，例如 9.5折"),
        Field("gift_product", "赠品", Link(entity="product"), note="方式是「买赠」时填；空着就送同样的产品"),
        Field("gift_qty", "每满赠送", Qty(least=1), important=True, note="方式是「买赠」时填：每满「数量满」送几个"),
        Field("valid_from", "开始日期", Day(), required=True, listed=True, section="何时、给谁"),
        Field("valid_to", "结束日期", Day(ahead=True), required=True, listed=True, important=True, note="当天还算"),
        FOR_CUSTOMER,
        FOR_GRADE,
        Field("product", "产品", Link(entity="product"), listed=True, note="产品和类别都空着就是全部产品"),
        Field("category", "产品类别", Link(entity="product_category"), listed=True),
        STOPPED,
        Field("note", "备注", Note(), wide=True),
    ),
    indexes=(("valid_to",),),
    order="t.valid_to DESC, t.rowid DESC",
    icon="tag",
)
