"""The one application object: sharp at every scaling, and Qt's own words in Chinese."""

from __future__ import annotations

import sys

from PySide6.QtCore import QDir, QLibraryInfo, QLocale, QStandardPaths, Qt, QTranslator
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from salesdesk.paths import RESOURCES


def application() -> QApplication:
    """The one application object, with sharp pixels at 125 % and 150 % and Qt's own texts in Chinese."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication([sys.argv[0] if sys.argv else "salesdesk", "-style", "Fusion"])
    app.setApplicationName("salesdesk")
    app.setApplicationDisplayName("销售内勤工作台")
    app.setWindowIcon(QIcon(str(RESOURCES / "app.png")))
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(app)
    for place in (QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath), str(RESOURCES / "qt")):
        if translator.load("qtbase_zh_CN", place):
            app.installTranslator(translator)
            break
    return app


def start_in_documents() -> None:
    """File dialogs that are told no folder open in the one the program runs in: of an installed one that is its own folder,
    where nothing may be saved since an update replaces it, or Windows' when it was started at logon."""
    if getattr(sys, "frozen", False):
        kept = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        if not QDir.setCurrent(kept):
            QDir.setCurrent(QDir.homePath())
