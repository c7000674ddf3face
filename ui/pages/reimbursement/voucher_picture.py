"""What stands on the paper: the file of a voucher as its pages, its picture or its values, with zoom and quarter turns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QStackedLayout, QVBoxLayout, QWidget

from salesdesk.domain.errors import system_reason
from salesdesk.domain.kinds import Row
from salesdesk.modules.reimbursement.voucher_model import VOUCHER_FILE
from salesdesk.services.attachments import stored_at
from salesdesk.services.files import faults_of
from salesdesk.services.vouchers.viewing import View, view_of
from ui.kit.file_list import files_in
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.saving import save_as
from ui.kit.sheets import PageArea
from ui.kit.widgets import Banner, EmptyState, IconButton, button, label, row, rule

FORMS = {"xml": "XML", "ofd": "OFD", "pdf": "PDF", "picture": "图片", "zip": "压缩包"}
NO_FILE = ("没有文件", "手工登记的票没有文件；有照片、电子票就拖到这里")
NO_PAPER = ("没有佐证", "出差审批、会议通知这样说明整张单的，拖到这里")
SEEN_FIRST = ("pdf", "ofd", "picture", "xml", "zip", "unknown")
"""What is shown of several files, the most readable first."""


def read_view(folder: Path, file: Row) -> View:
    """The view of a stored file; of one that is gone from the disk the reason."""
    try:
        data = stored_at(folder, str(file["sha256"])).read_bytes()
    except OSError as error:
        return View(reason=f"文件打不开：{system_reason(error)}。请从备份里把 attachments 文件夹恢复回来")
    return view_of(data, str(file["form"]))


def title_of(file: Row) -> str:
    """ "原件 PDF · 酒店.pdf"."""
    role = VOUCHER_FILE["role"].kind.show(file["role"])
    what = str(file["support"] or role) if file["role"] == "support" else {"same": "同一张票"}.get(file["role"], role)
    return f"{what} {FORMS.get(file['form'], '')} · {file['name']}".replace("  ", " ")


ROOM_FOR_PERCENT = 400
"""Pixels of width below which the tools stand without the words of the zoom."""
PICTURES = ("picture", "pdf")
"""Forms whose words may have to be recognised."""


class VoucherPicture(QFrame):
    """Shows one file at a time; which of them is chosen in the box above. files_wanted: choose one, where there is none.
    dropped(paths): files let fall here while there is none. recognise_wanted: read the words of the photo, where installed."""

    files_wanted = Signal()
    dropped = Signal(object)
    recognise_wanted = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.setObjectName("card")
        self.context = context
        self._files: list[Row] = []
        self._shown = ""
        self.files = QComboBox()
        self.files.setAccessibleName("看哪个文件")
        self.files.setMinimumWidth(64)
        self.files.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.files.activated.connect(self._show)
        self.area = PageArea(0.1, 3.0)
        self.area.sheets.gap = 10
        self.area.sheets.setAccessibleName("票面")
        self.area.setAccessibleName("票面")
        self.zoom = label("", "caption", "text2")
        self.zoom.setMinimumWidth(38)
        self.banner = Banner()
        self.table = PlainTable("文件里写的", ("项目", "写的是"), (1,))
        self._add = button("添照片或文件…", "attach", clicked=self.files_wanted.emit)
        self.none = EmptyState("document", *NO_FILE, self._add)
        self.recognise = IconButton("scan", "识别图上的字：填空着的项，都标没把握", clicked=self.recognise_wanted.emit)
        self._editable = self._whole = False
        self.save = IconButton("save", "把这个文件另存出来", clicked=self._save)
        self._tools: tuple[IconButton, ...] = (
            IconButton("zoom_out", "缩小", "Ctrl+-", clicked=self.area.smaller),
            IconButton("zoom_in", "放大", "Ctrl++", clicked=self.area.larger),
            IconButton("fit", "适合宽度", "Ctrl+0", clicked=self.area.fit),
            IconButton("search", "原大 100%", "Ctrl+1", clicked=self.area.true_size),
            IconButton("refresh", "向右转 90°", "F7", clicked=self.area.rotate),
        )
        tools = row(
            self.files,
            self.recognise,
            self._tools[0],
            self.zoom,
            *self._tools[1:],
            self.save,
            spacing=4,
            margins=(10, 6, 8, 6),
        )
        tools.setStretch(0, 1)
        place = QWidget()
        self._stack = QStackedLayout(place)
        for part in (self.area, self.table, self.none):
            self._stack.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(tools)
        column.addWidget(rule())
        column.addWidget(self.banner)
        column.addWidget(place, 1)
        self.area.zoomed.connect(self._tell_zoom)
        self.show_files(())

    def _tell_zoom(self) -> None:
        self.zoom.setText(f"{round(self.area.sheets.zoom * 100)}%")
        self.zoom.setVisible(self._stack.currentIndex() == 0 and self.width() >= ROOM_FOR_PERCENT)

    @property
    def current(self) -> Row | None:
        """The file that is shown."""
        at = self.files.currentIndex()
        return self._files[at] if 0 <= at < len(self._files) else None

    def show_files(self, files: Sequence[Row], editable: bool = False, whole: bool = False) -> None:
        """The files of another voucher, or the papers of the claim as a whole; the same ones stay as they are looked at."""
        self._editable, self._whole = editable, whole
        self._add.setVisible(editable)
        self.setAcceptDrops(editable and (whole or not files))
        self._offer()
        if [f["uid"] for f in files] == [f["uid"] for f in self._files] and files:
            return
        self._files = list(files)
        self.files.clear()
        self.files.addItems([title_of(one) for one in files])
        self._shown = ""
        proper = [i for i, one in enumerate(files) if one["role"] != "support"] or list(range(len(files)))
        best = min(proper, key=lambda i: SEEN_FIRST.index(str(files[i]["form"])), default=-1)
        self.files.setCurrentIndex(best)
        self._show(best)

    def _show(self, at: int) -> None:
        file = self._files[at] if 0 <= at < len(self._files) else None
        self.save.setEnabled(file is not None)
        self._offer()
        if file is None:
            self._look(2)
            self.banner.hide()
            self.none.say(*(NO_PAPER if self._whole else NO_FILE))
            self._add.setText("添佐证…" if self._whole else "添照片或文件…")
            return
        self._shown = str(file["uid"])
        folder, uid = self.context.desk.folder, self._shown
        self.context.ops.read(lambda: (uid, read_view(folder, file)), self._came, token=("face", id(self)))

    def _came(self, found: tuple[str, View]) -> None:
        uid, view = found
        if uid != self._shown:
            return
        self.banner.hide()
        if view.findings:
            self.banner.say("info", "；".join(view.findings[:2]))
        if view.pdf:
            self.area.show_pdf(view.pdf)
            self._look(0)
        elif view.picture:
            self.area.show_picture(QImage.fromData(view.picture))
            self._look(0)
        elif view.rows:
            self.table.show_pairs(view.rows)
            self._look(1)
        else:
            self.none.say("看不了这个文件", view.reason)
            self._look(2)

    def _offer(self) -> None:
        """OCR is offered only where it is installed, for what may be a photo of a voucher."""
        from salesdesk.services.vouchers.ocr import available

        file = self.current
        photo = file is not None and file["form"] in PICTURES and file["role"] != "support"
        self.recognise.setVisible(photo and self._editable and available())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_zoom()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = files_in(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def _look(self, at: int) -> None:
        self._stack.setCurrentIndex(at)
        for tool in self._tools:
            tool.setEnabled(at == 0)
        self._tell_zoom()

    def _save(self) -> None:
        file = self.current
        if file is None:
            return
        kept = stored_at(self.context.desk.folder, str(file["sha256"]))

        def read() -> bytes:
            with faults_of(kept):
                return kept.read_bytes()

        save_as(self, self.banner, "另存文件", str(file["name"]), read)
