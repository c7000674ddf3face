"""The customer record with its contacts and addresses; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Flag, Int, Link, Money, Note, Option, Phone, TaxId, Text
from salesdesk.modules.customers.rules import GRADE, SETTLE
from salesdesk.services.alike import merge_fields

LIFECYCLE = Choice(
    options=(
        Option("potential", "潜在", "neutral", "eye"),
        Option("new", "新客户", "prog", "add"),
        Option("mature", "成熟", "ok", "checkmark_circle"),
        Option("lost", "流失", "err", "warning"),
    )
)

CUSTOMER = Entity(
    "customer",
    "客户",
    (
        Field(
            "code",
            "客户编码",
            Text(40),
            search=True,
            listed=True,
            synonyms=("编码", "客户代码", "客户号", "代码"),
            section="基本资料",
        ),
        Field(
            "name",
            "客户名称",
            Text(120),
            required=True,
            search=True,
            listed=True,
            synonyms=("名称", "公司名称", "单位名称", "客户", "客户全称"),
            wide=True,
        ),
        Field("short_name", "简称", Text(60), search=True, synonyms=("客户简称",)),
        Field("lifecycle", "阶段", LIFECYCLE, listed=True, default="new", synonyms=("客户状态", "生命周期")),
        Field("grade", "等级", GRADE, listed=True, synonyms=("客户等级", "级别", "信用等级")),
        Field("industry", "行业", Text(60), synonyms=("所属行业",)),
        Field("region", "区域", Text(60), listed=True, synonyms=("地区", "省市", "销售区域")),
        Field("scope", "经营范围", Note(2000), wide=True),
        Field("salesperson", "业务员", Text(40), listed=True, synonyms=("销售员", "跟单员", "客户经理", "负责人")),
        Field("tags", "标签", Text(200), search=True, note="多个标签用空格隔开", wide=True),
        Field(
            "contact", "联系人", Text(40), search=True, listed=True, section="联系", synonyms=("主联系人", "联系人姓名")
        ),
        Field(
            "phone",
            "电话",
            Phone(),
            search=True,
            listed=True,
            masked="phone",
            synonyms=("联系电话", "手机", "手机号", "联系方式"),
        ),
        Field("email", "邮箱", Text(120), synonyms=("电子邮箱", "邮件", "E-mail")),
        Field("wechat", "微信", Text(60), synonyms=("微信号",)),
        Field("address", "收货地址", Text(200), masked="address", synonyms=("地址", "送货地址", "联系地址"), wide=True),
        Field(
            "invoice_title",
            "开票抬头",
            Text(120),
            section="开票资料",
            synonyms=("发票抬头", "开票名称"),
            note="空着就用客户名称",
            wide=True,
        ),
        Field(
            "tax_id",
            "税号",
            TaxId(),
            search=True,
            synonyms=("纳税人识别号", "统一社会信用代码", "信用代码"),
            note="18 位统一社会信用代码，带校验位检查",
        ),
        Field("bank", "开户行", Text(120), synonyms=("开户银行",)),
        Field("bank_account", "银行账号", Text(40), masked="bank", synonyms=("账号", "银行帐号")),
        Field("invoice_address", "开票地址", Text(200), masked="address", synonyms=("注册地址",), wide=True),
        Field("invoice_phone", "开票电话", Phone(), masked="phone", synonyms=("注册电话",)),
        Field("settle", "结算方式", SETTLE, section="信用", default="月结 30 天", synonyms=("付款方式", "付款条件")),
        Field(
            "credit_limit",
            "信用额度",
            Money(least=0),
            important=True,
            synonyms=("额度", "授信额度"),
            note="空着不检查信用",
        ),
        Field("credit_days", "账期（天）", Int(least=0), important=True, synonyms=("账期", "信用天数")),
        Field(
            "receivable",
            "期初应收",
            Money(),
            important=True,
            synonyms=("应收余额", "应收款", "欠款", "未收款"),
            note="开始用本程序记账时欠多少，按财务给的数填；当天和以前的送货、发票、收款都算在里面",
        ),
        Field(
            "receivable_day",
            "期初截至",
            Day(),
            synonyms=("应收截至",),
            note="期初应收是哪天的数；空着就和所有送货、收款加在一起",
        ),
        Field("owed", "应收余额", Money(), listed=True, derived=True, section="应收", note="未收加已发未开票，减预收"),
        Field("unpaid", "未收", Money(), derived=True, note="已开票和期初里没收的"),
        Field("unbilled", "已发未开票", Money(), derived=True, note="货发了，没开票也没收款"),
        Field("undelivered", "已订未发", Money(), derived=True),
        Field("deposit", "预收和订金", Money(), derived=True, note="收了还没有用掉的"),
        Field("opening_left", "期初未清", Money(), derived=True),
        Field("late_from", "最早到期", Day(), derived=True, note="没收的款里最早的到期日"),
        Field("file_box", "纸质档案位置", Text(60), section="档案", note="柜/盒/页"),
        Field("verified_on", "上次核对", Day(), synonyms=("核对日期",)),
        Field("stopped", "停用", Flag(), note="停用后录单时不再出现"),
        Field("note", "备注", Note(), wide=True, synonyms=("说明",)),
        *merge_fields("customer"),
    ),
    code="code",
    subtitle=("code", "contact", "region"),
    indexes=(("name",), ("tax_id",), ("phone",), ("void", "late_from")),
    order='t."code" IS NULL, t."code", t.rowid',
    icon="people",
)

CONTACT = Entity(
    "customer_contact",
    "联系人",
    (
        Field("customer", "客户", Link(entity="customer"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("name", "姓名", Text(40), required=True, listed=True),
        Field("title", "职务", Text(40), listed=True),
        Field("phone", "电话", Phone(), listed=True, masked="phone"),
        Field("wechat", "微信", Text(60), listed=True),
        Field("email", "邮箱", Text(120)),
        Field("note", "备注", Text(200), listed=True),
    ),
    parent=("customer", "customer"),
    icon="person",
)

ADDRESS = Entity(
    "customer_address",
    "收货地址",
    (
        Field("customer", "客户", Link(entity="customer"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("name", "叫法", Text(40), listed=True, note="例如 老地方、二厂"),
        Field("address", "地址", Text(200), required=True, listed=True, masked="address"),
        Field("consignee", "收货人", Text(40), listed=True),
        Field("phone", "电话", Phone(), listed=True, masked="phone"),
        Field("note", "送货要求", Text(200), listed=True),
    ),
    parent=("customer", "customer"),
    icon="building",
)
