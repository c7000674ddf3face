"""What this PC and this company have chosen: remembered in the data file, typed, with a default for each."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.masking import SECRETS, Veil
from salesdesk.domain.problems import Problem
from salesdesk.domain.text import normalize
from salesdesk.services.roles import Role
from salesdesk.services.seat import Seat

if TYPE_CHECKING:
    from salesdesk.persistence.database import Database

log = logging.getLogger(__name__)


class Setting(NamedTuple):
    """One choice: key, title and note for the settings page, default, allowed options (key -> label).

    span: smallest and largest number. role: least role that may change it.
    """

    key: str
    title: str
    default: Any
    group: str = ""
    note: str = ""
    options: tuple[tuple[str, str], ...] = ()
    shown: bool = True
    span: tuple[int, int] | None = None
    role: Role = Role.VIEWER

    def accept(self, raw: Any) -> Any:
        """The value to remember for what somebody typed or a script sent. Raises Refused with a cure."""
        if self.options:
            if raw not in [key for key, _ in self.options]:
                cure = f"可用的有：{'、'.join(f'{key}（{label}）' for key, label in self.options)}"
                raise self._refusal(f"没有「{raw}」这一项", cure)
            return raw
        if self.span is None:
            value = normalize(str(raw or ""))
            if len(value) > LONGEST:
                raise self._refusal(f"太长了，有 {len(value)} 个字", f"请缩到 {LONGEST} 个字以内")
            return value
        least, most = self.span
        try:
            number = float(raw)
        except (TypeError, ValueError, OverflowError):
            raise self._refusal(f"「{raw}」不是数字", f"请填 {least} 到 {most} 的数") from None
        if not least <= number <= most:
            raise self._refusal(f"「{raw}」超出范围", f"请填 {least} 到 {most} 的数")
        if not number.is_integer() and self.whole:
            raise self._refusal(f"「{raw}」不是整数", f"请填 {least} 到 {most} 的整数")
        return int(number) if number.is_integer() else number

    @property
    def whole(self) -> bool:
        """Whether only whole numbers make sense: days, not millimetres."""
        return self.group != "打印"

    def _refusal(self, message: str, cure: str) -> Refused:
        return Refused(Problem(message, cure, path=self.key, place=f"「{self.title}」", code="bad_value"))


LONGEST = 200
"""Characters of a text setting."""
BY_OPERATORS = ("operator.name", "operator.role")
"""What the list of operators decides once there is one."""
ROLES = tuple((r.name.lower(), r.label) for r in Role)

OPENS = ("07:30", "08:00", "08:30", "09:00", "09:30")
CLOSES = ("16:30", "17:00", "17:30", "18:00", "18:30", "20:00")

ALL: tuple[Setting, ...] = (
    Setting("company.name", "单位名称", "", "公司", "印在送货单、传递单、报销单的抬头", role=Role.CLERK),
    Setting("company.tax_id", "税号", "", "公司", role=Role.CLERK),
    Setting("company.address", "地址", "", "公司", "印在送货单上", role=Role.CLERK),
    Setting("company.phone", "电话", "", "公司", "印在送货单上", role=Role.CLERK),
    Setting("company.bank", "收款账户", "", "公司", "开户行和账号，印在对账单上", role=Role.CLERK),
    Setting("operator.name", "操作员", "", "本机", "写进每一步操作的记录"),
    Setting("operator.role", "角色", "clerk", "本机", "只读只能看、能打印预览和导出", ROLES),
    Setting(
        "backup.minutes",
        "几分钟备份一次",
        30,
        "备份",
        "改过才备，命令行也照办；开窗口和关窗口时也备，0 就只在那时备",
        span=(0, 1440),
    ),
    Setting("ui.theme", "外观", "system", "界面", "", (("light", "浅色"), ("dark", "深色"), ("system", "跟随系统"))),
    Setting("ui.density", "行高", "normal", "界面", "", (("compact", "紧凑"), ("normal", "标准"), ("roomy", "宽松"))),
    Setting(
        "print.delivery_paper",
        "送货单纸张",
        "241x140",
        "打印",
        "针式打印机用 241 连续纸",
        (("241x140", "241×140 二等分"), ("241x93", "241×93 三等分"), ("241x280", "241×280 整张"), ("A4", "A4")),
    ),
    Setting(
        "delivery.check",
        "发货前核对",
        "off",
        "订单",
        "要核对的，没核对就不能打印送货单，急着发要写原因",
        (("off", "不要求"), ("any", "要核对，本人也行"), ("second", "要第二个人核对")),
        role=Role.CLERK,
    ),
    Setting(
        "delivery.sign_days",
        "送货单几天没签回就提醒",
        3,
        "订单",
        "从送货日期算起，到日子就上今日",
        span=(0, 90),
        role=Role.CLERK,
    ),
    Setting(
        "print.expense_paper",
        "报销类单据纸张",
        "A4-upper",
        "打印",
        "报销单、差旅费报销单、粘贴单、付款申请单",
        (("A4-upper", "A4 上半页"), ("A5L", "A5 横向"), ("240x120", "240×120"), ("custom", "自定义")),
    ),
    Setting(
        "expense.check_days",
        "报销初审几个工作日",
        2,
        "报销",
        "从部门批好那天算起，过了就上今日",
        span=(1, 30),
        role=Role.CLERK,
    ),
    Setting("print.custom_paper", "自定义纸张（宽×高，毫米）", "240x140", "打印", "上面选「自定义」时用，例如 210x120"),
    Setting("print.route_paper", "传递单纸张", "A5L", "打印", "", (("A5L", "A5 横向"), ("A4", "A4"))),
    Setting("print.statement_paper", "对账单纸张", "A4", "打印", "", (("A4", "A4"),)),
    Setting("print.meeting_paper", "会议通知、纪要纸张", "A4", "打印", "", (("A4", "A4"), ("A5L", "A5 横向"))),
    Setting("print.price_paper", "价目表纸张", "A4", "打印", "", (("A4", "A4"),)),
    Setting("print.report_paper", "销售报表纸张", "A4", "打印", "", (("A4", "A4"), ("A4L", "A4 横向"))),
    Setting("print.list_paper", "汇总表纸张", "A4L", "打印", "", (("A4L", "A4 横向"), ("A4", "A4"))),
    Setting(
        "print.supply_paper", "用品单据纸张", "A4", "打印", "领用单、采购单、验收单", (("A4", "A4"), ("A5L", "A5 横向"))
    ),
    Setting("print.problem_paper", "处理单纸张", "A4", "打印", "问题、异常处理单", (("A4", "A4"), ("A5L", "A5 横向"))),
    Setting(
        "print.keep_years",
        "打印原样保留几年",
        5,
        "打印",
        "过了年头的用「清理打印原样」删掉文件；哪天打过、第几次，一直留着",
        span=(1, 30),
        role=Role.CLERK,
    ),
    Setting("print.dx", "打印左右偏移（毫米）", 0, "打印", "正数往右", span=(-50, 50)),
    Setting("print.dy", "打印上下偏移（毫米）", 0, "打印", "正数往下", span=(-50, 50)),
    Setting(
        "order.duplicate_days",
        "重复订单查几天",
        7,
        "订单",
        "同一客户几天内品种数量全同就提醒",
        span=(0, 366),
        role=Role.CLERK,
    ),
    Setting(
        "order.default_lead_days",
        "默认交期（天）",
        7,
        "订单",
        "新订单的交货日期按今天加几天",
        span=(0, 366),
        role=Role.CLERK,
    ),
    Setting(
        "progress.ask_days",
        "到期前几天要有反馈",
        3,
        "跟进",
        "离交期这么多天、几天内没听到生产或采购的话，就上今日",
        span=(0, 60),
        role=Role.CLERK,
    ),
    Setting("progress.report_hours", "一般异常几小时内报告", 24, "跟进", span=(1, 240), role=Role.CLERK),
    Setting("progress.report_hours_greater", "较大异常几小时内报告", 8, "跟进", span=(1, 240), role=Role.CLERK),
    Setting("progress.report_hours_grave", "重大异常几小时内报告", 2, "跟进", span=(1, 240), role=Role.CLERK),
    Setting("meeting.prepare_days", "例会提前几天准备", 3, "会议", "到日子就上今日", span=(0, 30), role=Role.CLERK),
    Setting(
        "meeting.minutes_hours",
        "纪要几小时内发出",
        24,
        "会议",
        "从散会算起，没发就上今日",
        span=(1, 240),
        role=Role.CLERK,
    ),
    Setting(
        "report.auto",
        "自动做哪些报表",
        "day,week,month",
        "统计",
        "过完一天、一周、一月就做好放在今日，关着程序时下次打开补做",
        (
            ("day,week,month,quarter,year", "日周月季年报"),
            ("day,week,month", "日报、周报、月报"),
            ("week,month", "周报、月报"),
            ("month", "月报"),
            ("none", "不自动做"),
        ),
        role=Role.CLERK,
    ),
    Setting("dossier.folder", "归档文件夹", "", "归档", "空着就放在数据文件夹的「归档」里", role=Role.CLERK),
    Setting(
        "dossier.pattern",
        "归档文件夹怎么排",
        "time",
        "归档",
        "",
        (
            ("time", "按时间：年／年-月"),
            ("customer", "按客户：客户／年"),
            ("product", "按产品：类别／年"),
            ("region", "按区域：区域／客户"),
        ),
        role=Role.CLERK,
    ),
    Setting("dossier.after_days", "做完几天后提醒归档", 7, "归档", span=(0, 366), role=Role.CLERK),
    Setting(
        "document.loan_days", "文件借阅几天", 14, "文件", "申请时没写归还期限就按它", span=(1, 366), role=Role.CLERK
    ),
    Setting(
        "document.retention",
        "文件一般保管几年",
        "10",
        "文件",
        "放入的、自动归档的按它；单份可以另选",
        (("5", "5 年"), ("10", "10 年"), ("30", "30 年"), ("permanent", "永久")),
        role=Role.CLERK,
    ),
    Setting("contract.remind_days", "合同到期前几天提醒", 30, "文件", span=(0, 366), role=Role.CLERK),
    Setting(
        "print.document_paper",
        "文件类单据纸张",
        "A4",
        "打印",
        "传阅单、借阅申请表、会签单、用印单、销毁清册",
        (("A4", "A4"), ("A5L", "A5 横向")),
    ),
    Setting(
        "intake.target",
        "来单处理时限",
        "day",
        "来单",
        "处理及时率按它算",
        (("day", "当天下班前录入"), ("hours", "几个工作小时内录入")),
        role=Role.CLERK,
    ),
    Setting("intake.hours", "时限（工作小时）", 4, "来单", "按工作小时算时才用", span=(1, 80), role=Role.CLERK),
    Setting("work.opens", "上班时间", "08:30", "来单", "", tuple((t, t) for t in OPENS), role=Role.CLERK),
    Setting(
        "work.closes",
        "下班时间",
        "17:30",
        "来单",
        "周一到周五；午休算在内",
        tuple((t, t) for t in CLOSES),
        role=Role.CLERK,
    ),
    Setting(
        "sync.minutes",
        "自动同步几分钟一次",
        5,
        "同步",
        "改了东西后约十秒也会送出；填 0 只手动",
        span=(0, 240),
    ),
    *(
        Setting(
            f"mask.{secret}",
            f"遮住{title}",
            "on",
            "保密",
            "要看时按 Ctrl+E 显示，会记下谁看的",
            (("on", "遮住"), ("off", "不遮")),
            role=Role.MANAGER,
        )
        for secret, title in SECRETS.items()
    ),
    Setting(
        "mask.minutes",
        "显示几分钟后再遮住",
        5,
        "保密",
        "换一条记录、离开这一页也会遮住",
        span=(1, 240),
        role=Role.MANAGER,
    ),
    Setting(
        "lock.minutes",
        "几分钟没人动就锁定",
        10,
        "保密",
        "设了密码的操作员才锁；0 是不锁",
        span=(0, 240),
        role=Role.MANAGER,
    ),
)


class Settings:
    """Reads and writes the choices; every read is from memory, every write goes to the file at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known = {s.key: s for s in ALL}
        with database.read() as reader:
            self._values = {k: json.loads(v) for k, v in reader.tuples("SELECT key, value FROM setting")}
        self.listeners: list[Callable[[str], None]] = []
        self.seat = Seat(database, self)

    def get(self, key: str, default: Any = None) -> Any:
        """Value of a declared setting, or of a free one (column widths, window place)."""
        if key in self._values:
            return self._values[key]
        return self._known[key].default if key in self._known else default

    def put(self, key: str, value: Any) -> None:
        """Remember a choice; unchanged values cost nothing. Raises Refused for what a declared setting cannot be."""
        known = self._known.get(key)
        if known is not None:
            if self.role < known.role:
                told = f"「{known.title}」要{known.role.label}才能改，现在是{self.role.label}"
                raise Refused(Problem(told, f"请让{known.role.label}来改", path=key, code="role"))
            value = known.accept(value)
            if key in BY_OPERATORS and self.seat.people and self.get(key) != value:
                cure = "请点左下角的姓名换操作员；角色由主管在「设置 → 操作员」里定"
                raise Refused(
                    Problem(f"启用操作员以后，「{known.title}」不在这里改", cure, path=key, code="by_operators")
                )
        if self.get(key) != value:
            self.remember(key, value)

    def habit(self, key: str, value: Any) -> None:
        """Remember how somebody likes to work (columns, filters); where it cannot be written, only until the program ends."""
        try:
            self.put(key, value)
        except EnvironmentFault as fault:
            log.info("a habit was not written down: %s", fault)
            self._values[key] = value

    def remember(self, key: str, value: Any) -> None:
        """Write a value down as it is; for what the program itself keeps."""
        with self._database.local() as work:
            work.execute(
                "INSERT INTO setting(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
                (key, json.dumps(value, ensure_ascii=False)),
            )
        self._values[key] = value
        for listener in list(self.listeners):
            listener(key)

    @property
    def operator(self) -> str:
        """Name of whoever sits at this PC."""
        return self.seat.name

    @property
    def role(self) -> Role:
        """What that person may do."""
        return self.seat.role

    @property
    def veil(self) -> Veil:
        """The kinds of confidential data that are covered until somebody reveals them."""
        return frozenset(secret for secret in SECRETS if self.get(f"mask.{secret}") == "on")

    @property
    def company(self) -> str:
        """Name printed on papers."""
        return str(self.get("company.name"))

    @property
    def introduced(self) -> bool:
        """Whether operator and company are known."""
        return bool(self.operator and self.company)
