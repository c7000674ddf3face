"""The window: navigation at the left, one page in front, and everything that is told or asked in passing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QKeyCombination, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from salesdesk.desk import Desk
from salesdesk.domain.changes import Changes
from salesdesk.domain.problems import summary
from salesdesk.services.module import Outcome
from ui.kit.ops import Ops
from ui.kit.page import Page, PageContext
from ui.kit.theme import theme
from ui.kit.toast import Toast
from ui.shell.anywhere import open_over, opens_anywhere
from ui.shell.guard import Guard
from ui.shell.navigation import Navigation
from ui.shell.news import News, read_news
from ui.shell.own_windows import fit_out
from ui.shell.pages import FRAME_PAGES, PageRoom, Pages
from ui.shell.quiet import QuietMoments
from ui.shell.strip import Strip
from ui.shell.undo_keys import UndoKeys, is_redo, is_undo
from ui.shell.verb_keys import global_verb

if TYPE_CHECKING:
    from ui.kit.syncer import Syncer
    from ui.shell.keysheet import KeySheet
    from ui.shell.overlay import Overlay
    from ui.shell.palette import Palette
    from ui.shell.palette_search import Entry
    from ui.shell.sync_watch import SyncWatch

NARROW_BELOW = 1400
SMALLEST = (1000, 560)
USUAL = (1440, 900)
NEWS_EVERY_MS = 5 * 60 * 1000


class Window(QWidget):
    """The whole program on the screen. Everything it does goes through `ops`; pages hear of it through `refresh`."""

    crashed = Signal(object)

    def __init__(self, desk: Desk, ops: Ops | None = None) -> None:
        super().__init__()
        self.setObjectName("shell")
        self.setWindowTitle(f"销售内勤 - {desk.settings.company}" if desk.settings.company else "销售内勤")
        self.setMinimumSize(*SMALLEST)
        self.desk = desk
        self.ops = ops or Ops(desk, self)
        self.context = PageContext(desk, self.ops, self)
        fit_out(self.context)
        self.modules = [m for m in desk.registry.modules if m.page]
        self.navigation = Navigation(self.modules)
        self.pages = Pages(self.context, self.modules)
        self.room = PageRoom(self.pages)
        self.strip = Strip(desk, self.ops)
        self.banner, self.progress = self.strip.banner, self.strip.progress
        self.news = News()
        self.wish: Any = None  # how to open anew on the data of other PCs once the window is closed
        self.sync_watch: SyncWatch | None = None
        self.undo_keys = UndoKeys(self)
        self.guard = Guard(self, desk)
        self.quiet = QuietMoments(self)
        self.toast = Toast(self)
        self._lay_out()
        self._connect()
        self._keys()
        self._news_timer = QTimer(self)
        self._news_timer.timeout.connect(self.read_news)
        self._news_timer.start(NEWS_EVERY_MS)
        self._closed = self._unkept = False
        self._app = QApplication.instance()
        self.setting_changed("ui.density")
        self.setting_changed("operator.name")
        self._place()
        self.go(self.modules[0].key if self.modules else "settings")
        self.read_news()

    # -- putting together ------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.strip)
        right.addWidget(self.room, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.navigation)
        whole.addLayout(right, 1)

    def _connect(self) -> None:
        self.navigation.chosen.connect(self.go)
        self.navigation.search_wanted.connect(self.open_palette)
        self.navigation.undo_wanted.connect(self.undo)
        self.navigation.look_wanted.connect(self.change_look)
        self.navigation.person_wanted.connect(self.guard.menu)
        self.context.navigated.connect(self._navigated)
        self.context.told.connect(self._told)
        self.context.syncer_made.connect(self._watch_sync)
        self.strip.page_wanted.connect(self.go)
        self.toast.undo_wanted.connect(self.undo)
        self.undo_keys.undo_wanted.connect(self.undo)
        self.undo_keys.redo_wanted.connect(self.redo)
        self.undo_keys.focus_lost.connect(self._take_focus, Qt.ConnectionType.QueuedConnection)
        self.ops.committed.connect(self.changes_came)
        self.ops.done.connect(self._done)
        self.ops.crashed.connect(self.crashed)
        self.ops.stopped.connect(self._stopped)
        self.ops.busy.connect(self.show_status)

    def _keys(self) -> None:
        """Keys no page has another use for; Ctrl+N, Ctrl+Z and Ctrl+Y reach `keyPressEvent` when nobody in front took them."""
        for keys, act in (("Ctrl+K", self.open_palette), ("F1", self.show_keys), ("Shift+F1", self.show_manual)):
            QShortcut(QKeySequence(keys), self, act)
        places = [(f"Alt+{number}", module.key) for number, module in enumerate(self.modules[:9], 1)]
        for keys, place in (*places, ("Ctrl+,", "settings"), ("Ctrl+Shift+S", "sync")):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setObjectName(place)
            shortcut.activated.connect(self._place_key)

    def _place_key(self) -> None:
        shortcut = self.sender()
        if isinstance(shortcut, QObject):
            self._uncover()
            self.go(shortcut.objectName())

    # -- going places ----------------------------------------------------------------------------------------------

    @property
    def front(self) -> Page | None:
        """The page in front."""
        return self.pages.front

    def current_record(self) -> tuple[str, str] | None:
        """What the page in front is about."""
        return self.front.current_record() if self.front is not None else None

    def go(self, key: str) -> bool:
        """Bring a page to the front; False when the page in front does not let go."""
        front = self.front
        if front is not None and front.key == key:
            self.navigation.mark(key)
            return True
        if front is not None and not front.can_leave():
            self.navigation.mark(front.key)
            return False
        page = self.pages.page(key)
        self.pages.setCurrentWidget(page)
        self.navigation.mark(page.key)
        page.on_shown()
        self._take_focus()
        return True

    def _take_focus(self) -> None:
        """Put the focus into the page in front when it is not there yet; on its place in the strip when the page has none."""
        page, focus = self.front, QApplication.focusWidget() or self.focusWidget()  # the latter before it is active
        covered = any(one.isVisible() for one in self._overlays())
        if page is None or covered or not self.isVisible():
            return
        if focus is not None and page.isAncestorOf(focus) and focus.isVisible() and focus.isEnabled():
            return
        at = page.nextInFocusChain()
        while at is not page and at is not None:
            by_tab = at.focusPolicy() & Qt.FocusPolicy.TabFocus
            if by_tab and page.isAncestorOf(at) and at.isVisible() and at.isEnabled():
                at.setFocus(Qt.FocusReason.OtherFocusReason)
                return
            at = at.nextInFocusChain()
        self.navigation.items.get(page.key, self.navigation.settings).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._take_focus()

    def _navigated(self, where: tuple[str, str, str, Mapping[str, Any]]) -> None:
        self.show_place(*where)

    def show_place(self, target: str, uid: str = "", action: str = "", args: Mapping[str, Any] | None = None) -> None:
        """Go to a page by module or entity key, there to a record, there do something."""
        if not uid and opens_anywhere(action, self.desk, args):
            open_over(self.context, action, None, args)
            return
        entity = target if target in self.desk.registry.entities else ""
        owner = self.desk.registry.owner.get(entity)
        key = owner.key if owner is not None else target
        module = next((m for m in self.modules if m.key == key), None)
        if module is None and key not in FRAME_PAGES:
            self.toast.say("这类记录没有自己的页面", tone="info")
            return
        if not self.go(key):
            return
        page = self.pages.page(key)
        if uid:
            page.open_record(entity or (module.main if module else ""), uid)
        if action:
            extra = {"entity": entity} if entity and module and entity != module.main else {}
            page.run_action(action, {**extra, **(args or {})})

    # -- what covers the page, made when first asked for ------------------------------------------------------------

    @cached_property
    def finder(self) -> Palette:
        """Ctrl+K."""
        from ui.shell.palette import Palette

        made = Palette(self, self.context, self.modules)
        made.picked.connect(self._picked)
        return made

    @cached_property
    def keysheet(self) -> KeySheet:
        """F1."""
        from ui.shell.keysheet import KeySheet

        return KeySheet(self, self.desk)

    def _overlays(self) -> list[Overlay]:
        return [self.__dict__[name] for name in ("finder", "keysheet") if name in self.__dict__]

    def _uncover(self) -> None:
        for one in self._overlays():
            one.shut(give_back=False)

    def open_palette(self) -> None:
        """搜一切."""
        self._uncover()
        self.finder.open()

    def show_keys(self) -> None:
        """The key sheet; pressed again, the manual."""
        if self.keysheet.isVisible():
            self.show_manual()
            return
        self._uncover()
        front = self.front
        self.keysheet.show_for(front.title if front else "", front.key_hints() if front else ())

    def show_manual(self) -> None:
        """The manual in a window of its own."""
        from ui.shell.manual import show_manual

        self._uncover()
        if not show_manual(self):
            self.toast.say("说明书还没有随程序一起装上，按 F1 看全部快捷键", tone="info")

    def _picked(self, entry: Entry) -> None:
        if entry.kind == "page":
            self.show_keys() if entry.target == "keys" else self.go(entry.target)
        elif entry.kind == "record":
            self.show_place(entry.target, entry.uid)
        else:
            self.start_verb(entry.target, entry.args, new=entry.kind == "new")

    def start_verb(self, name: str, args: Mapping[str, Any] | None = None, new: bool = False) -> None:
        """Begin an action from outside a page: on its page when it needs lines or a file, else ask and do it."""
        if opens_anywhere(name, self.desk, args):
            open_over(self.context, name, self.front, args)
            return
        from ui.shell.palette_search import needs_page

        verb = self.desk.registry.verbs[name]
        owner = self.desk.registry.owner.get(verb.entity)
        if new and owner is not None and (owner.main == verb.entity or needs_page(verb)):
            self.show_place(verb.entity, action="new", args=args)
        elif needs_page(verb) and owner is not None and owner in self.modules:
            self.show_place(verb.entity, str((args or {}).get("uid", "")), name, args)
        else:
            self.context.perform(name, args)

    # -- what happened ---------------------------------------------------------------------------------------------

    def changes_came(self, changes: Changes) -> None:
        """Something was written here or came in from another PC: pages hear of it, and what waits is counted again."""
        for page in self.pages.made.values():
            page.refresh(changes)
        self.read_news()

    def _done(self, outcome: Outcome) -> None:
        self.strip.calm()
        self.guard.settle(outcome.changes)
        if outcome.changes or outcome.message:
            text = outcome.message or f"已{outcome.changes.title}"
            reversal = outcome.changes.title.startswith(("撤销", "重做"))
            warned = f"\n{summary(outcome.problems, 2)}" if outcome.problems else ""
            if outcome.data.get("clipboard"):  # words to paste into WeChat
                QGuiApplication.clipboard().setText(str(outcome.data["clipboard"]))
                text += "，文字已复制，到微信里按 Ctrl+V"
            lasting = any(self.desk.entity(key).lasting for key in outcome.changes.touched)
            undo = bool(outcome.changes) and not reversal and not lasting
            self.toast.say(text + warned, undo, "warn" if warned else "ok")

    def _told(self, message: tuple[str, bool, str]) -> None:
        text, undo, tone = message
        self.toast.say(text, undo, tone or "ok")

    def _stopped(self, title: str) -> None:
        self.toast.say(f"已停止「{title}」，什么都没有改", tone="info")

    def read_news(self) -> None:
        """Count what waits at each place and see what could be undone; beside the window."""
        self.ops.read(partial(read_news, self.desk), self._news_came, token="news")

    def _news_came(self, news: News) -> None:
        self.news = news
        self.navigation.set_counts(news.counts)
        self.navigation.set_undo(news.undo)
        self.strip.tell_backup(news.backup)
        if news.sync is not None:
            self.context.syncer.take(news.sync)
        self.show_status()

    def _watch_sync(self, syncer: Syncer) -> None:
        from ui.shell.sync_watch import SyncWatch

        self.sync_watch = SyncWatch(self, syncer)

    def open_anew(self, wish: Any) -> None:
        """Close, and let whoever showed the window take the others' data and show another one."""
        self.wish = wish
        if not self.close():
            self.wish = None

    def show_status(self, busy: str = "") -> None:
        """Say at the foot of the navigation how the data is doing."""
        if busy or not self.progress.isHidden():
            self.navigation.set_status("正在办理……", "可以接着做别的", busy=True)
        elif self.sync_watch is None or not self.sync_watch.show():
            self.navigation.set_status("已保存在本机", self.news.last)

    # -- undo and looks --------------------------------------------------------------------------------------------

    def undo(self) -> None:
        """Take back a step of the page's editor, else the last operation."""
        if self.front is None or not self.front.undo():
            self.ops.run("system.undo", refused=self._nothing)

    def redo(self) -> None:
        """Bring back a step of the page's editor, else the last undone operation."""
        if self.front is None or not self.front.redo():
            self.ops.run("system.redo", refused=self._nothing)

    def _nothing(self, problems: tuple[Any, ...]) -> None:
        self.toast.say(summary(list(problems)), tone="warn")

    def change_look(self) -> None:
        """Light to dark and back; remembered."""
        mode = "light" if theme().dark else "dark"
        self.ops.write(partial(self.desk.settings.put, "ui.theme", mode))
        if isinstance(self._app, QApplication):
            theme().apply(self._app, mode)

    def setting_changed(self, key: str) -> None:
        """A choice was changed on the settings page."""
        settings = self.desk.settings
        if key == "ui.theme" and isinstance(self._app, QApplication):
            theme().apply(self._app, str(settings.get("ui.theme")))
        elif key == "ui.density":
            theme().set_density(str(settings.get("ui.density")))
        elif key == "lock.minutes":
            self.guard.watch()
        elif key == "sync.minutes" and self.sync_watch is not None:
            self.context.syncer.set_pace()
        elif key.startswith("operator."):
            self.navigation.set_operator(settings.operator, settings.role.label)
        elif key == "company.name":
            self.setWindowTitle(f"销售内勤 - {settings.company}" if settings.company else "销售内勤")

    # -- keys nobody in front took ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_undo(event):
            self.undo()
        elif is_redo(event):
            self.redo()
        elif event.keyCombination() == _CTRL_N:
            self.start_verb("order.save", new=True)
        else:
            name = global_verb(self.desk.registry, event)
            if name:
                self.start_verb(name)
            else:
                super().keyPressEvent(event)

    # -- size and end ----------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.navigation.set_narrow(self.width() < NARROW_BELOW)
        self.toast.shift = self.navigation.width()

    def _place(self) -> None:
        """Where the window stood last time, if that is still on a screen."""
        kept: dict[str, int] = self.desk.settings.get("window.place") or {}
        screen = self.screen().availableGeometry()
        wide, high = min(kept.get("w", USUAL[0]), screen.width()), min(kept.get("h", USUAL[1]), screen.height())
        self.resize(max(SMALLEST[0], wide), max(SMALLEST[1], high))
        corner = QPoint(kept.get("x", -9999), kept.get("y", -9999))
        if any(s.availableGeometry().contains(corner + QPoint(100, 20)) for s in QApplication.screens()):
            self.move(corner)
        if kept.get("full"):
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def keep_drafts(self) -> BaseException | None:
        """Put everything half typed on disk now; what went wrong with any of it."""
        try:
            self.pages.keep_drafts()
        except Exception as error:
            return error
        return self.ops.written()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._closed:
            return
        if self.front is not None and not self.guard.leaving and not self.front.can_leave():
            event.ignore()
            return
        trouble = self.keep_drafts()
        if trouble is not None and not self._unkept and not self.guard.leaving:
            self._unkept = True  # told once, over the window that still stands; the next time it closes
            self.strip.tell_unkept(trouble)
            event.ignore()
            return
        usual = self.normalGeometry() if self.isMaximized() else self.geometry()
        corner = usual.topLeft() - self.geometry().topLeft() + self.pos()  # with the frame, as `move` counts
        place = {"x": corner.x(), "y": corner.y(), "w": usual.width(), "h": usual.height(), "full": self.isMaximized()}
        self.ops.write(partial(self.desk.settings.habit, "window.place", place))
        self._news_timer.stop()
        self._closed = True
        if self.sync_watch is not None:
            self.context.syncer.close()
        self.ops.close()
        self.undo_keys.stop()
        self.guard.stop()
        event.accept()


_CTRL_N = QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_N)
