"""The one table of what is checked at an order: each rule's name, how much it weighs, and who may let it pass (ORD-3).

The house's own choices stand here; a company changes weight, use and who in 「检查规则」. Rules marked `fixed` keep the
file sound (an amount without a price cannot be stored) and are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Cure, Problem, Severity
from salesdesk.services.rule_stands import ANYBODY, MANAGER, WARN, Stand

MANAGER_LABEL = "主管"
ORDER, AMEND, DELIVERY, FILE = "订单", "变更", "发货", "导入"
_GRAVITY = (Severity.HINT, Severity.WARN, Severity.ASK, Severity.STOP)


class Rule(NamedTuple):
    """One check. looks: what it looks at; reason: why it objects, in general words; cure: what to do about it."""

    code: str
    title: str
    looks: str
    reason: str
    cure: str
    stand: Stand = Stand()
    fixed: bool = False
    door: str = ORDER


_ASK, _ASK_MANAGER, _WARN = Stand(who=ANYBODY), Stand(who=MANAGER), Stand(WARN)

TABLE: tuple[Rule, ...] = (
    Rule("required", "必填项", "客户、下单日期、交货日期；每行的产品、数量、单价", "空着没法办", "请填上", fixed=True),
    Rule("no_lines", "没有商品", "商品明细", "一行都没有", "至少录一行", fixed=True),
    Rule("qty", "数量大于 0", "每行的数量", "数量是 0 或负数", "退货请另开退货单", fixed=True),
    Rule("too_much", "金额过大", "每行的金额", "超过一百亿元", "请核对数量和单价的小数点", fixed=True),
    Rule("stopped_customer", "停用的客户", "客户档案的停用；变更老订单只看新加的行", "客户已停用",
         "请换客户，或先到客户档案里启用"),
    Rule("stopped_product", "停用的产品", "产品的停用；变更老订单只看新加的行", "产品已停用", "请换一个产品，或到产品里启用"),
    Rule("unanswered", "等客户答复", "待确认的订单有没有答复", "还在等客户答复", "先记下客户答复；不等了就写明原因", _ASK),
    Rule("due_before_order", "交期早于下单", "整单和每行的交货日期", "交期在下单日期之前", "请改交货日期"),
    Rule("not_workday", "交期不是工作日", "整单和每行的交货日期", "周末或假日", "请和客户确认当天能不能收货", _WARN),
    Rule("same_product", "同一产品两行", "整单的产品", "前面已有这个产品", "确实要分两行就不用管，否则合并数量", _WARN),
    Rule("below_floor", "低于限价", "单价和产品的最低限价", "单价低于最低限价", "改到限价以上，或写明特价原因", _ASK),
    Rule("below_cost", "低于成本价", "单价和产品的成本价", "单价低于成本价", "请和主管确认", _ASK_MANAGER),
    Rule("below_list", "低于价目表", "单价和价目表、促销", "比适用的价目表或促销价低", "按价目表改；和客户另有约定就写明原因", _ASK),
    Rule("above_list", "高于价目表", "单价和价目表、促销", "比适用的价目表或促销价高", "请核对是不是这个客户的价", _WARN),
    Rule("price_stale", "价格依据过时", "价格依据写的价目表、促销", "单价取自别的客户或别的日子的价目表、促销", "换了客户或日期的，请核对这个价", _WARN),
    Rule("price_jump", "和上次价差三成", "单价和这个客户上次的价", "比上次高或低三成以上", "请核对单价", _WARN),
    Rule("zero_price", "单价是 0", "每行的单价", "不收钱又没写是赠品", "送的请把行类型改成赠品，否则填上单价", _WARN),
    Rule("gift_price", "赠品要收钱", "赠品行的单价", "赠品的单价不是 0", "单价改成 0，或改成正常的行"),
    Rule("gift_reason", "赠品没有原因", "赠品行的赠品原因", "送东西没写为什么", "请写赠品原因，比如促销、补损、样品"),
    Rule("gift_missing", "促销赠品没加", "适用的买赠促销和赠品行", "该送的赠品不在单上", "请加一行赠品；客户不要就不用管", _WARN),
    Rule("short_stock", "库存不够", "数量和可用库存（库存减已承诺）", "可用库存不够", "可以先确认，缺的部分传给生产或采购", _WARN),
    Rule("over_credit", "超信用额度", "未收、已发未开票、已订未发加本单，减未用订金", "超过客户的信用额度",
         "请先催款；主管同意放行的，把原因写上", _ASK),
    Rule("overdue", "客户有逾期", "到期没收的钱", "有钱过了账期还没收", "接单前先和客户说好什么时候付", _WARN),
    Rule("same_po", "客户单号重复", "同一客户的客户单号", "这个单号录过", "请打开那张看看，是补单就写明原因", _ASK),
    Rule("duplicate_order", "可能重复下单", "几天内同一客户的品种和数量", "和另一张订单全一样", "请和客户核对是不是同一张单", _ASK),
    Rule("delivered", "发过货换客户", "已开的送货单", "货已经送给原来的客户", "请另开一张订单；送错了就先作废送货单",
         fixed=True, door=AMEND),
    Rule("below_delivered", "少于已发数", "每行的已发数", "改到比已发的还少", "数量最少改到已发数", fixed=True, door=AMEND),
    Rule("over_delivery", "发的比订的多", "送货数量和没发的数量", "超过没发的数量", "请改小送货数量；客户加量请先改订单",
         fixed=True, door=DELIVERY),
    Rule("unacknowledged_change", "仓库没接收变更", "变更告知", "订单变更后仓库还没接收", "请先告知仓库并登记接收；急着发就写明原因",
         _ASK, door=DELIVERY),
    Rule("unknown_product", "认不出的产品", "文件里的编码和品名", "没有这个产品或有好几个", "请改成我们的编码，或在产品的别名里加上客户的叫法",
         fixed=True, door=FILE),
    Rule("amount", "金额对不上", "文件里的数量×单价和金额", "算出来和写的不一样", "请和客户核对是数量、单价还是金额错了", _WARN, door=FILE),
    Rule("price_filled", "代填的单价", "文件里空着的单价", "按上次的价或标准售价填的", "请核对", _WARN, door=FILE),
)  # fmt: skip
RULES: Mapping[str, Rule] = {rule.code: rule for rule in TABLE}
_USUAL: Mapping[str, Severity] = {rule.code: rule.stand.severity for rule in TABLE}


def fault(
    code: str, message: str, path: str, place: str, cure: str = "", cures: tuple[Cure, ...] = (), value: str = ""
) -> Problem:
    """A problem found by a rule of the table, weighing what the house says."""
    return Problem(message, cure or RULES[code].cure, path, place, code, _USUAL[code], value, cures)


class Pass(NamedTuple):
    """That somebody let a problem pass: name and role, day, reason."""

    who: str
    role: str
    day: str
    reason: str


PassKey = tuple[str, str, str]
"""(rule, product or "", message): the same words about the same goods. Another price or amount is another problem."""


def key_of(problem: Problem, lines: Sequence[Row]) -> PassKey:
    """What a release of this problem is kept under."""
    parts = problem.path.split("/")
    product = ""
    if len(parts) == 3 and parts[0] == "lines" and parts[1].isdigit() and int(parts[1]) < len(lines):
        product = str(lines[int(parts[1])].get("product") or "")
    return problem.code, product, problem.message


def judge(
    problems: Sequence[Problem],
    stands: Mapping[str, Stand],
    lines: Sequence[Row] = (),
    passed: Mapping[PassKey, Pass] | None = None,
) -> list[Problem]:
    """The problems as this company weighs them: rules switched off say nothing, what was let pass once is only told.

    A rule that already found its own problem slight keeps it slight.
    """
    found = []
    for problem in problems:
        rule = RULES.get(problem.code)
        if rule is None or rule.fixed:
            found.append(problem)
            continue
        stand = stands.get(problem.code, rule.stand)
        if not stand.used:
            continue
        severity = stand.severity
        if problem.severity is not _USUAL[problem.code]:  # slight
            severity = min(problem.severity, severity, key=_GRAVITY.index)
        who = stand.who if severity is Severity.ASK else ""
        only = MANAGER if who == MANAGER else ""
        as_is = severity is problem.severity and only == problem.who
        one = problem if as_is else problem._replace(severity=severity, who=only)
        if severity is Severity.ASK:
            let = passed.get(key_of(problem, lines)) if passed else None
            if let is not None and (who == ANYBODY or let.role == MANAGER_LABEL):
                words = f"{let.who}（{let.role}）{let.day[5:10]} 已放行：{let.reason}"
                one = one._replace(severity=Severity.WARN, who="", cure=words, cures=())
            elif who == MANAGER:
                one = one._replace(cure=f"{one.cure}；要{MANAGER_LABEL}写原因放行")
        found.append(one)
    return found
