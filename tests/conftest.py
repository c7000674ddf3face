"""What every test gets: no window on the screen, a clean environment, and no log line it did not ask for.

A test that provokes a warning on purpose says so, by mark or by fixture:

    @pytest.mark.expected_log("磁盘满")
    def test_x(): ...

    def test_y(expected_log):
        expected_log("磁盘满")      # a regular expression searched in the message
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.windows_files import as_on_windows

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
for _name in [name for name in os.environ if name.startswith("SALESDESK_")]:
    del os.environ[_name]
os.environ["SALESDESK_KEYRING"] = "file"  # the keyring of whoever runs the tests is left alone

ROOT = Path(__file__).resolve().parent.parent

# A slow machine is no wrong result: no deadline, and the number of examples says how long a run takes.
_CALM = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("quick", deadline=None, max_examples=40, suppress_health_check=_CALM)
settings.register_profile("ci", deadline=None, max_examples=100, suppress_health_check=_CALM, print_blob=True)
settings.register_profile("deep", deadline=None, max_examples=2000, suppress_health_check=_CALM)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "quick"))

OWN_PLACE = ("XDG_DATA_HOME", "WIN_PD_OVERRIDE_LOCAL_APPDATA")
"""What moves the user's own place on Linux and on Windows, where platformdirs asks the system and not %LOCALAPPDATA%."""

# What Qt says without a screen, whatever the program does.
HARMLESS = (
    "This plugin does not support ",
    "XDG_RUNTIME_DIR not set",
    "propagateSizeHints",
    "Cannot find font directory",  # on Windows; the program brings its own
)


class _Listener(logging.Handler):
    """Keeps every record from WARNING up that no pattern expects."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []
        self.patterns: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def unexpected(self) -> list[str]:
        """The messages nobody announced; read at the end, so that a test may announce before or after."""
        texts = [(record.name, record.levelname, record.getMessage()) for record in self.records]
        return [
            f"{level} {name}: {text}"
            for name, level, text in texts
            if not any(re.search(pattern, text) for pattern in self.patterns)
            and not any(part in text for part in HARMLESS)
        ]


@pytest.fixture(scope="session", autouse=True)
def _qt_messages_are_log_records() -> Iterator[None]:
    """Send what Qt would print to the Python log, where the same rule holds for it."""
    try:
        from PySide6 import QtCore
    except ImportError:
        yield
        return
    levels = {
        QtCore.QtMsgType.QtDebugMsg: logging.DEBUG,
        QtCore.QtMsgType.QtInfoMsg: logging.INFO,
        QtCore.QtMsgType.QtWarningMsg: logging.WARNING,
        QtCore.QtMsgType.QtCriticalMsg: logging.ERROR,
        QtCore.QtMsgType.QtFatalMsg: logging.CRITICAL,
    }

    def forward(kind: QtCore.QtMsgType, context: QtCore.QMessageLogContext, text: str) -> None:
        logging.getLogger(f"qt.{context.category or 'default'}").log(levels[kind], "%s", text)

    previous = QtCore.qInstallMessageHandler(forward)
    yield
    QtCore.qInstallMessageHandler(previous)


@pytest.fixture(autouse=True)
def expected_log(request: pytest.FixtureRequest) -> Iterator[Callable[[str], None]]:
    """Fail the test on any unexpected warning in the log; call it with a pattern to expect one."""
    listener = _Listener()
    for mark in request.node.iter_markers("expected_log"):
        listener.patterns.extend(mark.args)
    root = logging.getLogger()
    root.addHandler(listener)
    yield listener.patterns.append
    root.removeHandler(listener)
    left = listener.unexpected()
    if left:
        pytest.fail("没有预告的日志：\n" + "\n".join(left), pytrace=False)


AS_ON_WINDOWS = {ROOT / "tests" / name for name in ("persistence", "services", "sync")}
"""Folders whose tests may not remove, rename or replace an open file, as Windows would not let them."""


@pytest.fixture(autouse=True)
def _open_files_stay(request: pytest.FixtureRequest) -> Iterator[None]:
    """What runs there closes its files first."""
    if not AS_ON_WINDOWS & set(request.path.parents):
        yield
        return
    with as_on_windows():
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep a forgotten default path away from the real home."""
    home = str(tmp_path_factory.getbasetemp() / "home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("APPDATA", "LOCALAPPDATA", *OWN_PLACE, "XDG_CONFIG_HOME"):
            patch.setenv(name, home)
        yield


@pytest.fixture(scope="session", autouse=True)
def _new_files_are_copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Walk the migration steps once in each process, not once in each test (`tests.new_files`)."""
    from salesdesk import desk
    from tests.new_files import NewFiles

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "prepare", NewFiles(tmp_path_factory.mktemp("new")).prepare)
        yield


@pytest.fixture(scope="session")
def qapp() -> object:
    """The program's own application object in its own clothes, whichever test wants a window first."""
    from ui.kit.theme import theme
    from ui.shell.application import application

    app = application()
    theme().apply(app, "light")
    return app


@pytest.fixture(scope="session")
def repository() -> Path:
    """The top of the repository, for tests that read its files."""
    return ROOT
