"""The record of a filed order: where its folder and zip lie, what is in them, what is missing; found by time, customer, product, region."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Int, Link, Option, Stamp, Text

STATE = Choice(
    options=(Option("whole", "齐全", "ok", "checkmark_circle"), Option("lacking", "缺件", "warn", "warning"))
)
DOSSIER = Entity(
    "dossier",
    "订单档案",
    (
        Field("number", "订单号", Text(40, True), listed=True, fixed=True, search=True),
        Field("state", "是否齐全", STATE, listed=True, fixed=True),
        Field("order", "订单", Link(entity="sales_order"), required=True, fixed=True),
        Field("customer", "客户", Link(entity="customer"), listed=True, fixed=True),
        Field("customer_name", "当时客户名", Text(120), fixed=True, search=True),
        Field("region", "区域", Text(60), listed=True, fixed=True, search=True),
        Field("salesperson", "业务员", Text(40), listed=True, fixed=True, search=True),
        Field("products", "产品", Text(400), listed=True, fixed=True, search=True),
        Field("order_date", "下单日期", Day(), listed=True, fixed=True),
        Field("finished_on", "完成日期", Day(), listed=True, fixed=True),
        Field("missing", "缺什么", Text(200), listed=True, fixed=True, wide=True),
        Field("files", "文件数", Int(), listed=True, fixed=True),
        Field("bytes", "大小（字节）", Int(), fixed=True),
        Field("version", "订单第几版", Int(), fixed=True),
        Field("root", "归档文件夹", Text(300), fixed=True, wide=True, note="空着就是数据文件夹里的「归档」"),
        Field("folder", "文件夹", Text(400), fixed=True, wide=True),
        Field("zip", "压缩包", Text(400), fixed=True, wide=True),
        Field("sha256", "压缩包指纹", Text(64), fixed=True),
        Field("content", "内容指纹", Text(64), fixed=True),
        Field("filed_at", "归档时间", Stamp(), listed=True, fixed=True),
        Field("filed_by", "归档人", Text(40), fixed=True),
        Field("place", "纸质存放位置", Text(60), listed=True, fixed=True, note="柜/盒/页"),
    ),
    naming="number",
    subtitle=("products",),
    indexes=(("order",), ("customer",), ("filed_at",), ("finished_on",)),
    order="t.filed_at DESC, t.rowid DESC",
    icon="archive",
)
"""`folder` and `zip` are relative to `root` (none: the archive in the data folder) with / between the parts. `content` is the
hash of everything that was filed as it stands in the data file: another hash means that it changed since."""

DOSSIER_FILE = Entity(
    "dossier_file",
    "档案里的文件",
    (
        Field("dossier", "档案", Link(entity="dossier"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("path", "文件", Text(300), required=True, listed=True, fixed=True),
        Field("what", "内容", Text(120), listed=True, fixed=True),
        Field("size", "大小（字节）", Int(), listed=True, fixed=True),
        Field("sha256", "指纹", Text(64), fixed=True),
    ),
    naming="path",
    parent=("dossier", "dossier"),
    icon="document",
)
"""One file of a dossier, its path inside with / between the parts; the index itself is not among them."""
