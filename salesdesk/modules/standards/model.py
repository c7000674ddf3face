"""Rules of the pre-check, spending standards, tiers of cities and required papers; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Flag, Int, Money, Note, Option, Stamp, Text, options
from salesdesk.services.rule_stands import WEIGHT, WHO

EXPENSE_RULE = Entity(
    "expense_rule",
    "初审规则",
    (
        Field("code", "代号", Text(40), fixed=True),
        Field("no", "第几条", Int(), listed=True, fixed=True),
        Field("title", "规则", Text(40), listed=True, fixed=True, search=True),
        Field("version", "版本", Int(), listed=True, fixed=True),
        Field("valid_to", "旧版用到", Day(), listed=True, fixed=True, note="空着就是现在的版本"),
        Field("looks", "看什么", Text(200), listed=True, fixed=True),
        Field("used", "启用", Flag(), listed=True, important=True, section="轻重"),
        Field("weight", "轻重", WEIGHT, listed=True, important=True, note="阻断不能通过，警告要说明，提示只是告诉"),
        Field(
            "who", "谁能放行", WHO, listed=True, important=True, note="阻断的规则才用得上；重复和被改过的票谁都不能放行"
        ),
        Field("params", "参数说明", Text(200), fixed=True, listed=True, section="参数", wide=True),
        Field("days", "天数", Int(least=0)),
        Field("count", "张数", Int(least=1)),
        Field("gap", "相差", Int(least=1)),
        Field("amount", "金额", Money(least=0)),
        Field("percent", "百分比", Int(least=1)),
        Field("words", "词", Note(2000), wide=True, note="一行一个，或用顿号隔开"),
        Field("valid_from", "从哪天起", Day(), listed=True, section="版本", note="空着就从今天起"),
        Field("note", "为什么改", Text(200), listed=True, wide=True),
        Field("set_by", "谁改的", Text(40), fixed=True),
        Field("set_at", "什么时候改的", Stamp(), fixed=True),
    ),
    naming="title",
    subtitle=("no", "version"),
    indexes=(("code", "version"),),
    order="t.no, t.code, t.version DESC",
    icon="shield",
)
"""One row is one version of one rule and is never changed but to end it; its uid follows from code and version, so that two PCs
that change the same rule mean the same row, and a person decides."""

LODGING, MEAL, LOCAL, GUESTS, SEAT, CABIN = "lodging", "meal", "local", "guests", "seat", "cabin"
STANDARD_KIND = Choice(
    options=(
        Option(LODGING, "住宿", "info", "bed"),
        Option(MEAL, "餐补", "info", "food"),
        Option(LOCAL, "市内交通", "info", "car"),
        Option(GUESTS, "招待", "warn", "people"),
        Option(SEAT, "席别", "prog", "truck"),
        Option(CABIN, "舱位", "prog", "plane"),
    )
)
"""住宿 per night, 餐补 and 市内交通 per person and day, 招待 per head; 席别 and 舱位 name what may be taken."""

STANDARD = Entity(
    "expense_standard",
    "报销标准",
    (
        Field(
            "name",
            "名称",
            Text(80),
            listed=True,
            search=True,
            synonyms=("标准名称", "编号"),
            note="空着就自动起；导入时按它认已有的",
        ),
        Field("kind", "管什么", STANDARD_KIND, required=True, listed=True, default="住宿", synonyms=("类型", "项目")),
        Field("grade", "职级", Text(20), listed=True, note="空着就是不论职级"),
        Field(
            "tier",
            "城市或档",
            Text(40),
            listed=True,
            synonyms=("城市", "城市档", "地区", "档"),
            note="城市档或某个城市；空着就是哪儿都一样",
        ),
        Field(
            "season_from", "旺季从", Text(5), listed=True, synonyms=("旺季开始",), note="月-日，如 07-01；空着就是全年"
        ),
        Field("season_to", "旺季到", Text(5), listed=True, synonyms=("旺季结束",)),
        Field(
            "amount",
            "限额",
            Money(least=0),
            listed=True,
            important=True,
            synonyms=("标准", "金额"),
            note="住宿每晚、补助每人每天、招待每人",
        ),
        Field(
            "classes",
            "可以坐",
            Text(80),
            listed=True,
            important=True,
            synonyms=("席别", "舱位", "席别舱位"),
            note="管席别、舱位时填，如 二等座、硬卧",
        ),
        Field("valid_from", "生效日期", Day(), required=True, listed=True, section="有效"),
        Field("valid_to", "截止日期", Day(), listed=True, note="当天还算；空着就一直有效"),
        Field("confirmed", "公司确认", Flag(), listed=True, important=True, fixed=True, note="没确认的只提示，不警告"),
        Field("confirmed_by", "谁确认的", Text(40), fixed=True),
        Field("confirmed_at", "确认时间", Stamp(), fixed=True),
        Field("note", "备注", Text(200), listed=True, synonyms=("依据",), wide=True),
    ),
    indexes=(("kind",),),
    order="t.rowid",
    icon="payment",
)

CITY_TIER = Entity(
    "city_tier",
    "城市档",
    (
        Field("city", "城市", Text(40), required=True, listed=True, search=True, synonyms=("城市名", "地区")),
        Field("tier", "档", Text(40), required=True, listed=True, important=True, synonyms=("城市档", "档次", "级别")),
        Field("note", "备注", Text(80), listed=True),
    ),
    naming="city",
    code="city",
    order="t.tier, t.rowid",
    icon="location",
)

NEEDS = Choice(
    options=options(
        "事由", "对象", "人数", "城市", "日期", "晚数", "行程单", "酒店结账单", "小票", "付款记录", "登机牌", "销货清单",
        "出差审批", "招待审批", "会议通知", "签到表",
    )
)  # fmt: skip
"""What may be asked for: the first six stand on the line or the voucher, the others are papers handed in with it."""

REQUIREMENT = Entity(
    "expense_requirement",
    "必备附件",
    (
        Field(
            "category",
            "费用项目",
            Text(20),
            required=True,
            listed=True,
            search=True,
            note="费用项目的名字；填「全部」就是不论哪种",
        ),
        Field("need", "要有什么", NEEDS, required=True, listed=True, synonyms=("附件", "要求")),
        Field(
            "from_amount",
            "单张满",
            Money(least=0),
            listed=True,
            synonyms=("金额", "满"),
            note="票面到这个数才要；空着就都要",
        ),
        Field("note", "备注", Text(80), listed=True),
    ),
    naming="category",
    subtitle=("need",),
    order="t.category, t.rowid",
    icon="attach",
)
