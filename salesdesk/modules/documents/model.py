"""A document, the files kept of it, and the book of numbers; each field once."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Flag, Int, Link, Note, Option, Stamp, Text, Year, options

KIND = Choice(
    options=(
        Option("incoming", "外来文件", "info", "arrow_import"),
        Option("internal", "内部文件", "info", "edit"),
        Option("made", "模板成文", "info", "document"),
        Option("dossier", "订单档案", "info", "archive"),
        Option("other", "资料", "neutral", "notebook"),
    )
)
"""Where a document comes from; it decides which way it goes before it is filed."""

STATE = Choice(
    options=(
        Option("received", "待登记", "warn", "arrow_import"),
        Option("draft", "起草", "neutral", "edit"),
        Option("review", "待审核", "warn", "clock"),
        Option("approval", "待批准", "warn", "person"),
        Option("approved", "待编号", "info", "check"),
        Option("numbered", "待登记发文", "info", "tag"),
        Option("registered", "待分发", "info", "list"),
        Option("circulating", "阅办中", "prog", "people"),
        Option("loose", "待归档", "warn", "notebook"),
        Option("settled", "办结待归档", "ok", "check"),
        Option("filed", "在档", "ok", "archive"),
        Option("listed", "待销毁", "err", "warning"),
        Option("destroyed", "已销毁", "neutral", "dismiss_circle"),
    )
)
"""Where a document stands; `flow.STEPS` says which step leads from which state to which."""

SECRECY = Choice(
    options=(
        Option("open", "公开"),
        Option("inner", "内部", "info"),
        Option("secret", "秘密", "err", "lock"),
        Option("confidential", "机密", "err", "lock"),
    )
)
SECRET = ("secret", "confidential")
"""Grades whose text never enters the search."""

RETENTION = Choice(
    options=(Option("5", "5 年"), Option("10", "10 年"), Option("30", "30 年"), Option("permanent", "永久", "info"))
)

DOCUMENT = Entity(
    "document",
    "文件",
    (
        Field("number", "编号", Text(60, True), search=True, listed=True, fixed=True, sorts_by="number_key"),
        Field("state", "状态", STATE, listed=True, fixed=True, important=True),
        Field("kind", "来源", KIND, required=True, default="外来文件", section="文件"),
        Field("type", "类型", Text(12, True), search=True, note="编号用：收文、通知、制度……空着按来源取"),
        Field("title", "标题", Text(160, True), required=True, listed=True, search=True, wide=True, synonyms=("文件名称", "题名", "文件标题")),
        Field("sender", "来文单位", Text(80, True), listed=True, search=True, synonyms=("发文单位", "单位")),
        Field("outer_number", "来文文号", Text(60, True), search=True, synonyms=("文号", "原文号")),
        Field("day", "文件日期", Day(), synonyms=("成文日期", "发文日期")),
        Field("secrecy", "密级", SECRECY, default="内部", note="秘密、机密的内容不进全文搜索"),
        Field("copies", "份数", Int(least=1), default="1"),
        Field("due", "办理期限", Day(ahead=True), listed=True, important=True, synonyms=("截止", "限办日期")),
        Field("received_on", "收到日期", Day(), synonyms=("签收日期", "收文日期")),
        Field("received_by", "签收人", Text(40, True)),
        Field("author", "起草人", Text(40, True)),
        Field("scope", "发放范围", Text(200), wide=True, note="部门或姓名，用顿号隔开"),
        Field("customer", "客户", Link(entity="customer", weak=True)),
        Field("order", "订单", Link(entity="sales_order", weak=True)),
        Field("keywords", "关键词", Text(120, True), search=True, wide=True),
        Field("retention", "保管期限", RETENTION, default="10 年", important=True, section="保管"),
        Field("cabinet", "柜", Text(20, True), listed=True),
        Field("box", "盒", Text(20, True), listed=True),
        Field("page", "页", Text(20)),
        Field("filed_on", "归档日期", Day(), fixed=True),
        Field("keep_until", "保管到", Day(), fixed=True, important=True),
        Field("lent_to", "借给", Text(40), derived=True, listed=True),
        Field("held", "冻结", Flag(), fixed=True, note="冻结的不能销毁，例如在打官司、在审计"),
        Field("held_why", "冻结原因", Text(120), fixed=True),
        Field("destroyed_on", "销毁日期", Day(), fixed=True),
        Field("reviewed_by", "审核人", Text(40), fixed=True, section="经过"),
        Field("reviewed_at", "审核时间", Stamp(), fixed=True),
        Field("approved_by", "批准人", Text(40), fixed=True),
        Field("approved_at", "批准时间", Stamp(), fixed=True),
        Field("refused_why", "退回原因", Text(200), fixed=True, wide=True),
        Field("settled_at", "办结时间", Stamp(), fixed=True),
        Field("result", "办理结果", Text(200), fixed=True, wide=True),
        Field("files", "文件版本", Int(), derived=True, listed=True),
        Field("note", "备注", Note(400), wide=True),
        Field("number_key", "编号排序", Text(60), fixed=True),
        Field("source", "来处", Text(80), fixed=True, note="由别处办理自动归进来的，是那条记录"),
        Field("content", "正文摘录", Note(4000), derived=True, search=True, wide=True, note="从文件里读出的文字，供搜索"),
    ),
    naming="title",
    code="number",
    subtitle=("number", "sender"),
    indexes=(("state", "due"), ("state", "keep_until"), ("cabinet", "box"), ("source",)),
    order="t.rowid DESC",
    icon="document",
)  # fmt: skip
"""`content` follows from the newest file's `WORDS` on this PC, so neither the log nor the share carries it."""

FILE = Entity(
    "document_file",
    "文件版本",
    (
        Field("document", "文件", Link(entity="document"), required=True, listed=True, fixed=True),
        Field("version", "第几版", Int(), listed=True, fixed=True),
        Field("name", "文件名", Text(200, True), required=True, listed=True, fixed=True),
        Field("size", "大小（字节）", Int(), listed=True, fixed=True),
        Field("sha256", "指纹", Text(64), fixed=True),
        Field("place", "存放位置", Text(400), fixed=True, note="空着就在数据文件夹里；订单档案写它的压缩包在哪"),
        Field("added_at", "放入时间", Stamp(), listed=True, fixed=True),
        Field("added_by", "放入人", Text(40), listed=True, fixed=True),
        Field("note", "说明", Text(120), listed=True, fixed=True),
        Field("read_as", "读出文字", Text(60), derived=True, listed=True),
    ),
    naming="name",
    indexes=(("document", "version"), ("sha256",)),
    order="t.added_at DESC, t.rowid DESC",
    icon="attach",
)
"""One version of a document's file; its bytes are kept as evidence under the hash (see `services/attachments`)."""

NEWEST_FIRST = "f.version DESC, f.added_at DESC, f.uid DESC"
"""SQL order of the versions of a document; two PCs may each have made the same one, and all PCs must name the same as newest."""

WORDS = Entity(
    "file_words",
    "文件里的文字",
    (
        Field("sha256", "指纹", Text(64), required=True, fixed=True),
        Field("text", "文字", Note(4000), fixed=True),
        Field("how", "读出文字", Text(60), fixed=True),
    ),
    naming="sha256",
    shared=False,
    indexes=(("sha256",),),
)
"""What this PC read out of the file with that hash; every PC reads for itself."""

STANDING = Choice(options=(Option("used", "在用", "ok"), Option("void", "作废", "neutral", "dismiss")))

NUMBER = Entity(
    "document_number",
    "编号簿",
    (
        Field("number", "编号", Text(60, True), required=True, listed=True, fixed=True, sorts_by="sort_key"),
        Field("standing", "状态", STANDING, derived=True, listed=True),
        Field("type", "类型", Text(12), listed=True, fixed=True),
        Field("year", "年", Year(), listed=True, fixed=True),
        Field("letter", "电脑", Text(4), fixed=True),
        Field("serial", "号", Int(), listed=True, fixed=True),
        Field("document", "文件", Link(entity="document", weak=True), listed=True, fixed=True, wide=True),
        Field("title", "编号时的标题", Text(160), fixed=True, wide=True),
        Field("given_at", "编号时间", Stamp(), listed=True, fixed=True),
        Field("given_by", "编号人", Text(40), fixed=True),
        Field("why", "作废原因", Text(120), listed=True, fixed=True),
        Field("sort_key", "编号排序", Text(60), fixed=True),
    ),
    naming="number",
    code="number",
    keeps_void=True,
    indexes=(("type", "year", "letter", "serial"), ("document",), ("number",)),
    order="t.sort_key DESC, t.rowid DESC",
    icon="tag",
)
"""Every number ever given, one row each; one that no document carries any more (voided, undone, or given to the same
document on two PCs) stays here as 作废, so the series shows no gap."""

PART = Choice(
    options=(
        Option("act", "承办", "warn", "edit"),
        Option("read", "传阅", "info", "eye"),
        Option("get", "发放", "info", "send"),
    )
)
ANSWER = Choice(
    options=(
        Option("sent", "未阅", "warn", "clock"),
        Option("read", "已阅", "ok", "eye"),
        Option("done", "办完", "ok", "checkmark_circle"),
    )
)
HOW = Choice(options=options("当面", "微信", "钉钉", "邮件", "电话", "传阅单"))

RECEIPT = Entity(
    "document_receipt",
    "阅办回执",
    (
        Field("document", "文件", Link(entity="document"), required=True, listed=True, fixed=True),
        Field("person", "姓名", Text(40, True), required=True, listed=True, fixed=True, search=True),
        Field("answer", "回执", ANSWER, listed=True, fixed=True, important=True),
        Field("part", "要他", PART, listed=True, fixed=True),
        Field("due", "期限", Day(), listed=True, fixed=True),
        Field("copies", "份数", Int(), fixed=True),
        Field("sent_at", "发给时间", Stamp(), listed=True, fixed=True),
        Field("read_at", "阅读时间", Stamp(), listed=True, fixed=True),
        Field("done_at", "办完时间", Stamp(), listed=True, fixed=True),
        Field("how", "怎么回的", HOW, fixed=True),
        Field("said", "意见或结果", Text(200), listed=True, fixed=True, wide=True),
    ),
    naming="person",
    indexes=(("document",), ("answer", "due")),
    order="t.sent_at DESC, t.rowid DESC",
    icon="people",
)
"""One person a document went to: read by, done by, with the moment of each."""
