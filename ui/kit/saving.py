"""Asks where a file is to be saved and writes it whole; what became of it stands on the banner."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFileDialog, QWidget

from salesdesk.domain.errors import EnvironmentFault
from salesdesk.domain.text import safe_file_name
from salesdesk.services.files import write_atomically
from ui.kit.notices import Banner


def save_as(
    parent: QWidget, banner: Banner, title: str, name: str, data: Callable[[], bytes], kinds: str = "", more: str = ""
) -> None:
    """name: what is offered, made fit for every system. kinds: as file dialogs want them. more: said after where it lies.

    data may raise EnvironmentFault, which is told like a place that cannot be written.
    """
    target, _ = QFileDialog.getSaveFileName(parent, title, safe_file_name(name), kinds)
    if not target:
        return
    try:
        write_atomically(target, data())
    except EnvironmentFault as fault:
        banner.say("err", str(fault))
    else:
        banner.say("ok", f"已存为 {target}{more}")
