"""The voucher ledger: every invoice or ticket anybody ever handed in, its files, and what was checked by hand; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Int, Link, Money, Note, Option, Stamp, Text, options
from salesdesk.modules.reimbursement.model import ITEM
from salesdesk.services.vouchers.voucher_kind import VoucherKind

KIND = Choice(options=tuple(Option(str(kind), kind.label) for kind in VoucherKind))

STANDING = Choice(
    options=(
        Option("waiting", "待核", "warn", "clock"),
        Option("accepted", "已核", "ok", "checkmark_circle"),
        Option("rejected", "剔除", "err", "dismiss"),
        Option("joined", "并入另一份", "neutral", "attach"),
    )
)
"""What the clerk decided; 剔除 takes it out of the sums, it stays in the ledger. 并入 is out of use: its files lie with the other."""

VOUCHER = Entity(
    "expense_voucher",
    "票据",
    (
        Field("claim", "报销单", Link(entity="expense_claim", weak=True), listed=True, fixed=True),
        Field("line", "报销明细", Link(entity="expense_line", weak=True), fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("standing", "处理", STANDING, listed=True, fixed=True),
        Field("reject_reason", "剔除原因", Text(200), fixed=True),
        Field("cut", "剔除时核减", Money(), fixed=True),
        Field("key", "票据身份", Text(60), fixed=True, note="20 位号码，或代码-号码；同一张票走到哪都一样"),
        Field("kind", "票种", KIND, listed=True, section="票面"),
        Field("code", "发票代码", Text(20)),
        Field("number", "发票号码", Text(40, True), listed=True),
        Field("date", "开票日期", Day(), listed=True),
        Field("buyer", "购买方", Text(120)),
        Field("buyer_tax_id", "购买方税号", Text(40)),
        Field("seller", "销售方", Text(120, True), listed=True),
        Field("seller_tax_id", "销售方税号", Text(40)),
        Field("amount", "不含税金额", Money()),
        Field("tax", "税额", Money()),
        Field("total", "价税合计", Money(), listed=True, important=True),
        Field("total_in_words", "大写", Text(60)),
        Field("category", "费用项目", ITEM, listed=True, section="报销"),
        Field("city", "城市", Text(40), listed=True),
        Field("date_from", "发生日期", Day(), note="入住、乘车、用餐那天"),
        Field("date_to", "到", Day()),
        Field("nights", "晚数", Int(least=0), note="住宿几晚"),
        Field("persons", "人数", Int(least=1), note="住几人，或几人用餐"),
        Field("purpose", "用途", Text(120), note="招待谁、办什么事"),
        Field("note", "备注", Note(400), wide=True),
        Field("items", "项目明细", Note(200_000), fixed=True),
        Field("legs", "行程", Note(20_000), fixed=True),
        Field("qr", "二维码", Text(400), fixed=True),
        Field("extra", "其他票面内容", Note(20_000), fixed=True),
        Field("sources", "各项取自", Note(4000), fixed=True),
        Field("unsure", "没把握的项", Text(400), fixed=True),
        Field("by_hand", "手工改过的项", Text(400), fixed=True),
        Field("read_findings", "读票时发现", Note(20_000), fixed=True),
        Field("seal", "签章", Text(20), fixed=True),
        Field("pages", "页数", Int(), fixed=True),
    ),
    naming="number",
    subtitle=("seller", "total"),
    indexes=(("key", "void", "standing", "claim"), ("seller", "total", "date"), ("claim", "line"), ("date",)),
    order="t.rowid DESC",
    icon="receipt",
)
"""items, legs, extra, sources and read_findings are JSON as `ledger.values_of` writes and `ledger.voucher_of` reads it."""

FILE_ROLE = Choice(
    options=(
        Option("original", "原件", "ok", "checkmark_circle"),
        Option("same", "同一张票的另一份", "info", "document"),
        Option("copy", "照片或扫描件", "warn", "image"),
        Option("support", "佐证", "neutral", "attach"),
    )
)
"""原件 is what accounting has to keep (one a voucher); 佐证 proves something about it and is never summed."""

SUPPORT = Choice(
    options=options(
        "行程单",
        "酒店结账单",
        "小票",
        "付款记录",
        "登机牌",
        "销货清单",
        "出差审批",
        "招待审批",
        "会议通知",
        "签到表",
        "其他",
    )
)

VOUCHER_FILE = Entity(
    "voucher_file",
    "票据文件",
    (
        Field("claim", "报销单", Link(entity="expense_claim", weak=True), fixed=True),
        Field("voucher", "票据", Link(entity="expense_voucher", weak=True), fixed=True),
        Field("attachment", "文件", Link(entity="attachment", weak=True), required=True, fixed=True),
        Field("form", "形式", Text(12), fixed=True, listed=True, note="xml、ofd、pdf、picture、zip、unknown"),
        Field("role", "是什么", FILE_ROLE, listed=True),
        Field("support", "哪种佐证", SUPPORT, listed=True),
        Field("note", "备注", Text(200), listed=True),
    ),
    naming="note",
    icon="attach",
)
"""A file without a voucher proves something about the claim as a whole, such as 出差审批."""

CHECK_KIND = Choice(options=options("网上查验", "签字核对", "附件核对", "电话核实", "实物核对", "其他"))
CHECK_RESULT = Choice(
    options=(
        Option("ok", "符合", "ok", "checkmark_circle"),
        Option("wrong", "不符", "err", "warning"),
        Option("unclear", "存疑", "warn", "warning"),
    )
)

CHECK = Entity(
    "voucher_check",
    "人工核对",
    (
        Field("claim", "报销单", Link(entity="expense_claim", weak=True), listed=True),
        Field("voucher", "票据", Link(entity="expense_voucher", weak=True), listed=True, note="空着就是整张报销单"),
        Field("kind", "核对什么", CHECK_KIND, required=True, listed=True, default="网上查验"),
        Field("result", "结果", CHECK_RESULT, required=True, listed=True, default="符合"),
        Field("who", "谁核对的", Text(40), listed=True, note="空着就是操作员"),
        Field("at", "时间", Stamp(), listed=True, note="空着就是现在"),
        Field("note", "说明", Text(400), listed=True, wide=True),
    ),
    naming="kind",
    order="t.at DESC, t.rowid DESC",
    icon="check",
)
