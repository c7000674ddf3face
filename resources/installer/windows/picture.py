"""Takes a picture of an X screen and says how many colours it shows; run as a program of its own, because Qt wants a display."""

from __future__ import annotations

import sys

from PySide6.QtGui import QGuiApplication


def take(target: str) -> int:
    """Save the whole screen; how many different colours some thousand points of it have (a bare one has two at most)."""
    app = QGuiApplication([])
    screen = app.primaryScreen().grabWindow(0).toImage()
    if not screen.save(target):
        raise SystemExit(f"cannot write {target}")
    return len({screen.pixel(x, y) for x in range(0, screen.width(), 7) for y in range(0, screen.height(), 7)})


if __name__ == "__main__":
    print(take(sys.argv[1]))
