"""Makes the statements of a month for many customers: who, with what figures, on paper or in the clerk's own Excel form."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QButtonGroup, QFileDialog, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from salesdesk.desk import Desk
from salesdesk.domain import dates
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.kinds import Money, Row
from salesdesk.domain.problems import Problem, summary
from salesdesk.modules.money import statements
from salesdesk.services.module import Outcome
from ui.kit.dialogs import StepQuestion
from ui.kit.ops import Step
from ui.kit.page import PageContext
from ui.kit.widgets import Progress, QuietButton, button, label, row
from ui.pages.money.tables import CheckTable

MONEY = Money()
FORMS = (
    ("pdf", "一个 PDF（可以一次打印）"),
    ("pdfs", "每户一个 PDF"),
    ("excel", "填进公司自己的 Excel"),
    ("none", "先不出文件"),
)
KEPT = "ui.money.batch"
TITLES = ("客户", "期初", "本期发货", "本期开票", "本期收款", "期末", "说明")


class BatchDialog(StepQuestion):
    """The preview is read beside the window; making stops at the next customer when asked to.

    Enter goes on, so that a new month is read first and not made blindly.
    """

    def __init__(self, context: PageContext, parent: QWidget | None, month: str = "") -> None:
        super().__init__(parent, "批量对账单", yes="做对账单", width=980)
        self._context = context
        self._rows: list[Row] = []
        kept = context.desk.settings.get(KEPT) or {}
        self.month = QLineEdit(month or dates.add_months(context.desk.today[:8] + "01", -1)[:7])
        self.month.setAccessibleName("月份")
        self.month.setFixedWidth(96)
        self.month.editingFinished.connect(self.read)
        self.told = label("", "grid", "text2")
        self.all = QuietButton("全选", "check", lambda: self.table.check_all(True))
        self.nobody = QuietButton("全不选", "dismiss", lambda: self.table.check_all(False))
        self.body.addLayout(row(label("月份", "grid"), self.month, self.told, 1, self.all, self.nobody, spacing=8))
        self.table = CheckTable("要做对账单的客户", TITLES, numbers=(1, 2, 3, 4, 5))
        self.table.setMinimumHeight(280)
        self.table.ticked.connect(self._count)
        self.body.addWidget(self.table, 1)
        self.forms = QButtonGroup(self)
        line = row(label("出成", "grid"), spacing=14)
        for i, (key, title) in enumerate(FORMS):
            choice = QRadioButton(title)
            choice.setChecked(key == kept.get("form", "pdf"))
            self.forms.addButton(choice, i)
            line.addWidget(choice)
        line.addStretch(1)
        self.body.addLayout(line)
        self.template = QLineEdit(str(kept.get("template", "")))
        self.template.setPlaceholderText(
            "公司自己的对账单 .xlsx，要填的格里写 {{客户名称}}、{{期末}}，明细行写 {{日期}}、{{品名}}"
        )
        self.template.setAccessibleName("Excel 模板")
        self.choose = button("选模板", "excel", clicked=self._choose_template)
        self.checked = label("", "caption", "text2")
        self.checked.setWordWrap(True)
        self.excel = QWidget()
        column = QVBoxLayout(self.excel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row(label("Excel 模板", "grid"), self.template, self.choose, spacing=8))
        column.addWidget(self.checked)
        self.body.addWidget(self.excel)
        self.folder = QLineEdit(str(kept.get("folder", "")))
        self.folder.setPlaceholderText(f"不填就放在 {context.desk.folder / 'statements'}")
        self.folder.setAccessibleName("放到哪个文件夹")
        self.where = QWidget()
        self.where.setLayout(
            row(
                label("放到", "grid"),
                self.folder,
                button("选文件夹", "folder_open", clicked=self._choose_folder),
                spacing=8,
            )
        )
        self.body.addWidget(self.where)
        self.progress = Progress("正在做对账单")
        self.progress.cancelled.connect(context.ops.cancel)
        self.body.addWidget(self.progress)
        self.progress.hide()
        self.forms.idToggled.connect(self._form_chosen)
        self.template.editingFinished.connect(self._check_template)
        context.ops.progressed.connect(self._step)
        context.ops.stopped.connect(self._stopped)
        self._form_chosen()
        self.resize(1020, 660)
        self.read()
        self.month.setFocus()

    @property
    def form(self) -> str:
        """Which of FORMS is chosen."""
        return FORMS[max(0, self.forms.checkedId())][0]

    # -- who and how much ------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read who had dealings in the month, and the figures."""
        month, desk = self.month.text().strip(), self._context.desk
        self.told.setText("正在读……")
        self.yes.setEnabled(False)
        self._context.ops.read(
            lambda: _look(desk, month), self._arrived, token=f"batch {id(self)}", failed=self._unread
        )

    def _unread(self, error: BaseException) -> None:
        self._rows = []
        self.table.show_rows([], [])
        self.told.setText("")
        self.banner.say("err", str(error) if isinstance(error, Refused) else "月份请写成 2026-06")

    def _arrived(self, rows: list[Row]) -> None:
        self.banner.hide()
        self._rows = rows
        self.table.show_rows(
            [
                (
                    r["name"],
                    *(MONEY.show(r[k]) for k in ("opening", "delivered", "invoiced", "received", "closing")),
                    r["why"],
                )
                for r in rows
            ],
            [not r["why"] or r["why"].startswith("会代替") for r in rows],
        )
        if not rows:
            self.told.setText("这个月没有往来，也没有欠款的客户")
        self._count()

    def _count(self) -> None:
        chosen = self.chosen()
        if self._rows:
            self.told.setText(
                f"选了 {len(chosen)} / {len(self._rows)} 户，期末合计 {MONEY.show(sum(r['closing'] for r in chosen))}"
            )
        self.yes.setEnabled(bool(chosen))
        self.yes.setText(f"做 {len(chosen)} 户对账单" if chosen else "做对账单")

    def chosen(self) -> list[Row]:
        """The ticked customers."""
        return [r for r, ticked in zip(self._rows, self.table.ticks(), strict=True) if ticked]

    # -- into what ---------------------------------------------------------------------------------------------------

    def _form_chosen(self, *_: object) -> None:
        self.excel.setVisible(self.form == "excel")
        self.where.setVisible(self.form != "none")
        if self.form == "excel":
            self._check_template()

    def _choose_template(self) -> None:
        found, _ = QFileDialog.getOpenFileName(self, "选对账单模板", self.template.text(), "Excel (*.xlsx *.xlsm)")
        if found:
            self.template.setText(found)
            self._check_template()

    def _choose_folder(self) -> None:
        found = QFileDialog.getExistingDirectory(self, "放到哪个文件夹", self.folder.text())
        if found:
            self.folder.setText(found)

    def _check_template(self) -> None:
        path, desk = self.template.text().strip(), self._context.desk
        if not path:
            self.checked.setText("")
            return
        self._context.ops.read(lambda: _judge(desk, path), self.checked.setText, token=f"template {id(self)}")

    # -- doing -------------------------------------------------------------------------------------------------------

    def answer(self) -> None:
        """Make them."""
        chosen = self.chosen()
        if not chosen or not self.yes.isEnabled():
            return
        args: dict[str, Any] = {
            "month": self.month.text().strip(),
            "form": self.form,
            "customers": "\n".join(r["uid"] for r in chosen),
            "folder": self.folder.text().strip() or None,
            "template": self.template.text().strip() if self.form == "excel" else None,
        }
        kept = {"form": self.form, "template": self.template.text().strip(), "folder": self.folder.text().strip()}
        settings = self._context.desk.settings
        self._context.ops.write(lambda: settings.put(KEPT, kept))
        self._set_running(True)
        self._context.ops.run("statement.batch", args, self._made, self._refused)

    def _set_running(self, running: bool) -> None:
        self.progress.setVisible(running)
        if running:
            self.progress.start("正在做对账单")
        for part in (self.yes, self.no, self.table, self.month):
            part.setEnabled(not running)

    def _step(self, step: Step) -> None:
        if self.progress.isVisible():
            self.progress.update_to(step.done, step.whole)

    def _stopped(self, title: str) -> None:
        self._set_running(False)
        self.banner.say("warn", "停下了，对账单和文件都没有留下。")

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self._set_running(False)
        self.banner.say("err", summary(list(problems)))

    def _made(self, outcome: Outcome) -> None:
        self.files = list(outcome.data.get("files", ()))
        self.outcome = outcome
        self.accept()


def _look(desk: Desk, month: str) -> list[Row]:
    """Everybody with dealings in the month, and his figures."""
    typed, month = month, statements.month_named(month, desk.today)
    if not month:
        raise Refused(f"月份「{typed}」不对，请写成 2026-06")
    first, last = statements.month_days(month)
    with desk.read() as reader:
        rows: list[Row] = []
        for one in statements.wanted(reader, month):
            found = statements.figures(reader, one["uid"], first, last)
            state = one["state"]
            why = "" if state is None else "会代替没发的那份" if state == "unsent" else "已经发过，不会重做"
            rows.append(
                {**one, "opening": found.opening, "delivered": found.delivered, "invoiced": found.invoiced,
                 "received": found.received, "closing": found.closing, "why": why}
            )  # fmt: skip
    return rows


def _judge(desk: Desk, path: str) -> str:
    """What the program says of a template."""
    try:
        outcome = desk.do("statement.check_template", {"template": path})
    except Refused as refused:
        return summary(list(refused.problems))
    except EnvironmentFault as fault:
        return f"{fault.message}。{fault.cure}"
    return summary(list(outcome.problems)) if outcome.problems else str(outcome.message)


def make_statements(context: PageContext, month: str = "") -> None:
    """Ask for a batch; afterwards the PDF is offered, or the folder told."""
    dialog = BatchDialog(context, context.window, month)
    done = dialog.exec() == BatchDialog.DialogCode.Accepted
    files = dialog.files if done else []
    told = dialog.outcome.message if done else ""
    printable = dialog.form == "pdf"
    dialog.deleteLater()
    if done:
        context.toast(told, undo=True)
    if files and printable:
        from ui.kit.print_preview import show_pdf

        show_pdf(context, files[0], "对账单")
