"""The expense claim and its lines; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Int, Link, Money, Note, Option, Qty, Stamp, Text, options

ITEM = Choice(
    options=options(
        "差旅费",
        "交通费",
        "住宿费",
        "业务招待费",
        "办公费",
        "快递费",
        "通讯费",
        "运输费",
        "会务费",
        "培训费",
        "福利费",
        "其他",
    )
)

CLAIM_KIND = Choice(options=(Option("expense", "费用", "info", "receipt"), Option("trip", "差旅", "info", "plane")))
"""Which form it goes on: 费用报销单 or 差旅费报销单."""

STATE = Choice(
    options=(
        Option("draft", "填写中", "neutral", "edit"),
        Option("head", "待部门审批", "warn", "person"),
        Option("check", "待初审", "warn", "clock"),
        Option("returned", "退回", "err", "undo"),
        Option("passed", "初审通过", "info", "check"),
        Option("finance", "已交财务", "prog", "send"),
        Option("finance_returned", "财务退回", "err", "undo"),
        Option("paid", "已付款", "ok", "money"),
        Option("told", "已反馈", "ok", "checkmark_circle"),
    )
)
"""Where a claim stands; `flow.STEPS` says which step leads from which state to which."""

PART = Choice(options=(Option("item", "费用"), Option("leg", "行程"), Option("allowance", "补助")))
"""What a line is: an expense, one leg of a trip, or an allowance of so many people and days at a standard."""

VEHICLE = Choice(options=options("火车", "飞机", "长途汽车", "轮船", "自驾", "出租车", "网约车", "公交地铁", "其他"))

CLAIM = Entity(
    "expense_claim",
    "费用报销单",
    (
        Field("number", "报销单号", Text(40, True), listed=True, fixed=True),
        Field("state", "状态", STATE, listed=True, fixed=True, important=True),
        Field("day", "报销日期", Day(), required=True, listed=True, section="报销"),
        Field("kind", "种类", CLAIM_KIND, listed=True, default="费用"),
        Field("claimant", "报销人", Text(40, True), required=True, listed=True),
        Field("staff", "人员", Link(entity="staff"), note="人员登记里的人；按姓名自动对上，定标准用"),
        Field("department", "部门", Text(40), required=True, listed=True),
        Field("grade", "职级", Text(20), note="空着取人员登记里的"),
        Field("entity", "报销单位", Link(entity="company_entity"), note="票的抬头应该是它"),
        Field("title", "事由", Text(120, True), listed=True, wide=True),
        Field("trip_from", "出差从", Day(), section="出差"),
        Field("trip_to", "出差到", Day()),
        Field("trip_days", "天数", Int(least=0), note="空着按起止日期算"),
        Field("places", "出差地点", Text(120, True)),
        Field("persons", "人数", Int(least=1)),
        Field("vouchers", "附单据张数", Int(least=0), listed=True, section="金额", note="空着就按登记的票数"),
        Field("loan", "原借款", Money(least=0), important=True, note="先借了款就填，单上自动算应退或应补"),
        Field("loan_record", "冲哪笔借款", Link(entity="staff_loan"), note="借款登记里的一笔；付款时自动冲"),
        Field("amount", "金额", Money(), listed=True, derived=True),
        Field("cut", "核减", Money(), listed=True, derived=True),
        Field("approved", "核准金额", Money(), listed=True, derived=True),
        Field("payable", "应付", Money(), derived=True, note="核准金额减原借款；负数是应退回"),
        Field("attached", "登记的票", Int(), derived=True, note="在用的票，不含佐证和剔除的"),
        Field("attached_total", "票面合计", Money(), derived=True),
        Field("stops", "阻断", Int(), derived=True, note="还没处理的阻断问题"),
        Field("doubts", "待说明", Int(), derived=True, note="还没说明原因的警告"),
        Field("state_at", "何时到这一步", Stamp(), fixed=True, section="进度"),
        Field("due", "应办完", Day(), listed=True, fixed=True),
        Field("handler", "经办", Text(40), listed=True, fixed=True),
        Field("submitted_at", "提交时间", Stamp(), fixed=True),
        Field("head_by", "部门审批人", Text(40), fixed=True),
        Field("head_at", "部门审批时间", Stamp(), fixed=True),
        Field("head_how", "部门怎么批的", Text(40), fixed=True),
        Field("head_amount", "部门批的金额", Money(), fixed=True),
        Field("passed_by", "初审人", Text(40), fixed=True),
        Field("passed_at", "初审通过时间", Stamp(), fixed=True),
        Field("handed_at", "交财务时间", Stamp(), fixed=True),
        Field("handed_to", "交给谁", Text(40), fixed=True),
        Field("paid_day", "付款日期", Day(), fixed=True),
        Field("paid_how", "付款方式", Text(40), fixed=True),
        Field("told_at", "反馈时间", Stamp(), fixed=True),
        Field("returns", "退回次数", Int(), fixed=True),
        Field("note", "备注", Note(400), wide=True),
    ),
    naming="number",
    code="number",
    subtitle=("claimant", "department"),
    indexes=(("void", "day"), ("state", "due"), ("claimant", "day")),
    order="t.day DESC, t.rowid DESC",
    icon="receipt",
)

CLAIM_LINE = Entity(
    "expense_line",
    "报销明细",
    (
        Field("claim", "报销单", Link(entity="expense_claim"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("part", "行类", PART, default="费用"),
        Field("item", "费用项目", ITEM, required=True, listed=True, default="差旅费"),
        Field("summary", "摘要", Text(80), required=True, listed=True, note="哪天、去哪、做什么"),
        Field("amount", "金额", Money(), required=True, listed=True, important=True),
        Field("vouchers", "单据张数", Int(least=0), note="空着就按登记的票数"),
        Field("day", "日期", Day(), note="出发日，或花钱那天"),
        Field("time", "时间", Text(5)),
        Field("origin", "出发", Text(40)),
        Field("day_to", "到达日期", Day()),
        Field("time_to", "到达时间", Text(5)),
        Field("destination", "到达", Text(40), note="也是住宿、市内交通的城市"),
        Field("vehicle", "交通工具", VEHICLE),
        Field("persons", "人数", Int(least=1)),
        Field("days", "天数", Qty(least=0), note="补助可以是半天"),
        Field("standard", "标准", Money(least=0), note="每人每天"),
        Field("cut", "核减", Money(), fixed=True, important=True),
        Field("cut_reason", "核减原因", Text(120), fixed=True),
        Field("approved", "核准金额", Money(), derived=True),
        Field("attached", "登记的票", Int(), derived=True),
        Field("attached_total", "票面合计", Money(), derived=True),
        Field("note", "备注", Text(60), listed=True),
    ),
    naming="summary",
    parent=("expense_claim", "claim"),
    icon="receipt",
)
