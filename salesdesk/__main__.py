"""The program's one entrance: a sub-command is run, without one the window opens."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 our defect, 2 refused, 3 the environment."""
    from salesdesk.cli.entry import Screens, run

    screens = Screens(open_window, paint_pages, paint_manual, test_window, view_file, find_folder)
    return run(list(sys.argv[1:] if argv is None else argv), screens)


def open_window(folder: Path, minimized: bool = False) -> int:
    """Show the window on a data folder until it is closed; minimized: only in the task bar at first."""
    import gc

    gc.disable()  # nothing made while starting is garbage; the window sweeps for itself once it stands
    load_parts()
    from concurrent.futures import ThreadPoolExecutor

    from salesdesk.desk import open_desk

    with ThreadPoolExecutor(1, "salesdesk-opening") as pool:  # the data is opened while Qt is loaded
        opened = pool.submit(open_desk, folder)
        from ui.main import main as show

        return int(show(folder, opened, minimized) or 0)


def load_parts() -> None:
    """All parts below the window. Before Qt, because PySide looks into the source text of every module imported after it."""
    from salesdesk.desk import find_modules

    find_modules()


def paint_pages(folder: Path, out: Path) -> list[Path]:
    """Paint every page of the window into pictures; returns the files."""
    from ui.shell.shots import render_all

    return [Path(made) for made in render_all(folder, out) or ()]


def paint_manual(folder: Path, out: Path) -> list[Path]:
    """Paint the pictures of the manual from a demo company; returns the files."""
    from ui.shell.manual_pictures import paint

    return paint(folder, out)


def test_window(place: Path) -> int:
    """Try the whole program out below a folder, its window included; the exit code."""
    from salesdesk.cli.self_test.run import self_test
    from ui.shell.self_test import open_pages, print_some

    return self_test(place, open_pages, print_some)


def find_folder(lost: Path) -> Path | None:
    """Ask where the data folder went; None when the program is to end."""
    from ui.shell.lost_folder import find_folder as find

    return find(lost)


def view_file(file: Path) -> int:
    """Show one invoice file until its window is closed."""
    from ui.shell.look import look

    return look(file)


if __name__ == "__main__":
    sys.exit(main())
