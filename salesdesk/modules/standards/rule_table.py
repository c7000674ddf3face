"""The table of the pre-check: 24 matters in four groups, each with its rules, their weight and parameters (EXP-3).

The house's own choices stand here; a company changes them in 「初审规则」. Which papers prove what: 财会〔2020〕6号 and
〔2024〕11号 for electronic vouchers, 国家税务总局公告 2024年第8、9号 for rail and air, GB 32100 for tax numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from salesdesk.services.rule_stands import HINT, MANAGER, WARN, Stand

GROUPS = ("真实性", "合法性", "完整性", "金额与标准", "时间", "规律")


class Param(NamedTuple):
    """One number or list of words a rule works with. key: field of `expense_rule`; means: what it is, in words."""

    key: str
    means: str
    usual: int | str


class ExpenseRule(NamedTuple):
    """One rule. no: which of the 24 matters; looks: what it looks at; reason and cure: in general words."""

    code: str
    no: int
    title: str
    looks: str
    cure: str
    stand: Stand = Stand()
    params: tuple[Param, ...] = ()
    evidence: bool = False  # of a doubled or altered voucher: nobody may let it pass, whatever the company says

    @property
    def group(self) -> str:
        """真实性, 合法性, 完整性, 金额与标准, 时间 or 规律."""
        return GROUPS[sum(self.no > last for last in (6, 11, 14, 18, 21))]

    @property
    def usual(self) -> Mapping[str, int | str]:
        """The house's own parameters."""
        return {p.key: p.usual for p in self.params}

    @property
    def meaning(self) -> str:
        """The parameters in words: 天数＝……；张数＝……."""
        return "；".join(f"{PARAM_TITLES[p.key]}＝{p.means}" for p in self.params)


PARAM_TITLES = {"days": "天数", "count": "张数", "gap": "相差", "amount": "金额", "percent": "百分比", "words": "词"}
_PROOF, _BLOCK, _WARN, _HINT = Stand(), Stand(who=MANAGER), Stand(WARN), Stand(HINT)
OFF_WORDS = (
    "礼品 礼券 烟 香烟 白酒 红酒 茅台 五粮液 预付卡 购物卡 加油卡 化妆品 珠宝 黄金 首饰 保健品 玩具 游戏 充值 会员"
)

TABLE: tuple[ExpenseRule, ...] = (
    ExpenseRule("duplicate", 1, "重复报销", "票号、文件、销售方加金额加日期；全公司、历年、退回的也算", "请剔除这一张；票号读错了就改票号", _PROOF, evidence=True),
    ExpenseRule("dup_similar", 1, "像是报过", "同人、同项目、同日、同金额", "请核对是不是同一笔，不是就写明原因", _WARN),
    ExpenseRule("qr_differs", 2, "二维码和票面不符", "二维码里的号码、日期、金额", "请对照原件；手工改错的改回来，票面被改过的退回", _PROOF, evidence=True),
    ExpenseRule("files_differ", 2, "同一张票的两个文件不一样", "同一张票的 XML、OFD、PDF", "请看清哪个是真的；读错的改过来，被改过的退回", _BLOCK),
    ExpenseRule("original_both", 3, "换开前后两张都报", "换开票上的原发票号码", "只能报换开后的一张，请剔除原来那张", _PROOF, evidence=True),
    ExpenseRule("red_pair", 3, "被红字票冲掉", "红字票上的蓝字票号码", "已冲红的票不能报，请剔除或换新票", _PROOF, evidence=True),
    ExpenseRule("altered", 4, "盖章后被改过", "OFD 里的签章和摘要", "请向开票方重新要原件", _PROOF, evidence=True),
    ExpenseRule("seal_test", 4, "测试证书盖的章", "OFD 签章的证书", "请核对是不是样票", _WARN),
    ExpenseRule("unsigned", 4, "签章缺失或没法验证", "2020 到 2024 年带代码的电子票；数电票本来就没有", "请向开票方要原版 OFD", _HINT),
    ExpenseRule("marked", 5, "仅供预览、作废或样票", "票面上的字", "这不是正式的票，请换正式的", _PROOF, evidence=True),
    ExpenseRule("not_invoice", 5, "不是发票或读不了", "读票的结果；票种、号码填了没有", "请换成发票原件；小票、行程单放到佐证里"),
    ExpenseRule("number_length", 5, "号码位数不对", "各票种号码、代码该有的位数", "多半少填、多填了一位，请对照原件；票种选错的改票种", _BLOCK),
    ExpenseRule("verify_failed", 6, "网上查验不符", "人工核对里记的查验结果", "查不到或不一致的票不能报，请退回", _PROOF, evidence=True),
    ExpenseRule("unverified", 6, "还没网上查验", "人工核对里有没有网上查验", "请到 inv-veri.chinatax.gov.cn 查验，把截图和结果记下来", _HINT,
                (Param("amount", "价税合计满多少才要查验", 0),)),
    ExpenseRule("title_differs", 7, "抬头不对", "购买方名称和报销单位，括号、全半角、空格不计较", "请换开成公司抬头的票", _BLOCK),
    ExpenseRule("title_other", 7, "是另一家单位的抬头", "购买方名称和这张报销单的单位", "请核对由哪家单位报", _WARN),
    ExpenseRule("title_missing", 7, "没有抬头或抬头是个人", "购买方名称", "请退回换成公司抬头；确实没有抬头的写明原因", _WARN),
    ExpenseRule("tax_id_differs", 8, "购买方税号不对", "购买方税号和报销单位的税号", "请换开", _BLOCK),
    ExpenseRule("tax_id_missing", 8, "没有购买方税号", "购买方税号；公司抬头的增值税发票要有", "请退回补税号", _WARN),
    ExpenseRule("tax_id_old", 8, "15 位或 20 位税号", "购买方、销售方税号的位数", "老税号或个人、港澳的号，请核对", _HINT),
    ExpenseRule("seller_tax_id", 8, "销售方税号校验不对", "销售方税号的校验码（GB 32100）", "请对照原件，是不是读错了；原件就错的请查验", _WARN),
    ExpenseRule("special_incomplete", 9, "专票不全", "专票的购销双方、税号、金额、税额", "专票缺了这些不能用，请退回换开", _BLOCK),
    ExpenseRule("off_words", 10, "礼品、烟酒、预付卡、个人消费", "商品名称", "请核对是不是公司的开支", _HINT,
                (Param("words", "商品名称里有这些词就提示", OFF_WORDS),)),
    ExpenseRule("list_missing", 10, "没有销货清单", "商品写着「详见销货清单」的票有没有附清单", "请补上销货清单", _WARN),
    ExpenseRule("item_category", 10, "项目和费用项目对不上", "商品大类和费用项目", "请核对费用项目", _HINT),
    ExpenseRule("paper_ticket", 11, "过时的纸质铁路、航空票", "2025-10-01 起乘坐的", "请换成电子发票", _BLOCK),
    ExpenseRule("issued_late", 11, "铁路票开晚了", "乘车日到开票日", "铁路电子客票要在乘车或退票后 180 天内开，请核对", _WARN,
                (Param("days", "乘车后几天内要开票", 180),)),
    ExpenseRule("papers_missing", 12, "缺附件", "「必备附件」里各费用项目要的东西", "请补上再报", _WARN),
    ExpenseRule("count_differs", 13, "附单据张数不对", "填的张数和登记的票数，佐证不算", "请按实际张数改", _WARN),
    ExpenseRule("sum_short", 13, "票不够", "每行的金额和它的票面合计", "请补票，或核减到票面金额", _BLOCK),
    ExpenseRule("all_rejected", 13, "票都剔除了，钱还在", "剔除了票的行有没有核减、有没有换上的票", "请核减这一行，或换票再报", _BLOCK),
    ExpenseRule("no_voucher", 13, "这一行没有票", "每行登记的票", "请补票；按规定不用票的写明原因", _WARN),
    ExpenseRule("no_original", 14, "没有电子原件", "电子票的文件是不是 XML、OFD、PDF 原件", "照片、截图不算原件，请补电子文件", _WARN),
    ExpenseRule("total_unread", 15, "看不出金额", "价税合计读出来没有", "请对照原件填金额；原件上也没有的不能报", _BLOCK),
    ExpenseRule("sum_wrong", 15, "金额加税额不等于合计", "金额、税额、基金等和价税合计", "请对照原件；原件就错的退回", _BLOCK),
    ExpenseRule("line_tax", 15, "某行的税额不对", "每行的金额×税率", "请对照原件", _WARN),
    ExpenseRule("lines_sum", 15, "各行加起来不等于合计", "各行的金额、税额", "请对照原件；有清单的看清单", _BLOCK),
    ExpenseRule("words_differ", 16, "大写和小写不一致", "大写金额和价税合计，按数值比", "请对照原件；原件就错的退回", _BLOCK),
    ExpenseRule("over_limit", 17, "超标准", "住宿、市内交通、招待、餐补和「报销标准」", "请核减超出的部分，或写明特批原因", _WARN),
    ExpenseRule("over_class", 17, "席别、舱位超标准", "车票席别、机票舱位和「报销标准」", "请核减差价，或写明特批原因", _WARN),
    ExpenseRule("cut_gone", 17, "核减过的行换了一行", "删去的行上的核减和后来加的行", "请照原来的核减，或写明为什么不核减了", _WARN),
    ExpenseRule("limit_unsure", 17, "按没确认的标准超了", "还没有公司确认的「报销标准」", "标准是参考值，请先确认标准", _HINT),
    ExpenseRule("allowance_days", 18, "补助天数多了", "补助天数和车票、出差日期", "请按实际天数改", _WARN),
    ExpenseRule("allowance_meal", 18, "拿了补助又报餐费", "同一天的餐补和餐饮发票", "二者只能报一样，写明原因或核减", _WARN),
    ExpenseRule("date_unread", 19, "看不出日期", "开票日期读出来没有；定额发票看花钱那天", "请对照原件填日期", _WARN),
    ExpenseRule("number_year", 19, "号码和开票年份不符", "20 位号码的前两位是开票年份", "多半是号码或日期读错了，请对照原件", _BLOCK),
    ExpenseRule("future", 19, "日期还没到", "开票日期", "请核对日期", _BLOCK),
    ExpenseRule("last_year", 19, "跨年的票", "开票年份早于报销年份", "请写明为什么去年没报", _WARN),
    ExpenseRule("last_year_late", 19, "过了汇算清缴的去年票", "次年 5 月 31 日以后报的", "公司不再接受，请退回", Stand(who=MANAGER, used=False)),
    ExpenseRule("too_old", 19, "票太旧", "开票日到报销日", "请写明为什么现在才报", _WARN, (Param("days", "开票后几天内要报", 180),)),
    ExpenseRule("rest_day", 20, "休息日的招待、加油、餐饮", "发生日期和「节假日」", "请核对是不是因公", _HINT),
    ExpenseRule("outside_trip", 21, "不在出差期间", "车票、住宿、打车的日期和出差起止", "请核对日期，不是这次出差的请另报", _WARN),
    ExpenseRule("two_places", 21, "同一小时在两个地方", "各段行程的出发时间和地点", "请核对是谁的票", _HINT),
    ExpenseRule("same_train", 21, "同一人同一趟车两张票", "乘车人、车次、日期、出发地", "一个人只坐一个座，请剔除一张"),
    ExpenseRule("sequence", 22, "连号", "同一销售方的号码", "请核对是不是拆开的一笔，写明原因", _WARN,
                (Param("gap", "号码相差不超过", 2), Param("days", "开票日相差不超过几天", 3), Param("count", "至少几张", 2))),
    ExpenseRule("same_seller", 23, "同一天同一家开了好几张", "销售方和日期", "请核对是不是拆开的一笔", _HINT, (Param("count", "一天满几张", 3),)),
    ExpenseRule("round_amount", 23, "整数金额", "价税合计", "请核对有没有明细", _HINT, (Param("amount", "是多少的整数倍", 50000),)),
    ExpenseRule("below_limit", 23, "紧贴着限额", "住宿、招待的金额和标准", "请核对是不是照着标准开的", _HINT, (Param("percent", "到限额的百分之几", 98),)),
    ExpenseRule("other_person", 24, "乘车人不是报销人", "车票、机票上的姓名", "替同事报的请写明", _HINT),
)  # fmt: skip
RULES: Mapping[str, ExpenseRule] = {rule.code: rule for rule in TABLE}
