"""Runs one command of the program and turns whatever happens into an exit code and words."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from salesdesk import paths
from salesdesk.cli import speech
from salesdesk.cli.arguments import parser
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.problems import Problem
from salesdesk.log_file import logging_to

if TYPE_CHECKING:
    from salesdesk.cli.trying import Painter
    from salesdesk.desk import Desk

log = logging.getLogger("salesdesk.cli")

Window = Callable[[Path], int]


class Screens(NamedTuple):
    """What opens or paints windows, handed in because nothing below `ui` knows Qt.

    window: the program's on a data folder. painter: its pages into a folder. illustrator: the manual's pictures. tester: tries
    the whole program out below a folder. viewer: shows one invoice file. finder: asks where the data folder went, None to end.
    """

    window: Callable[..., int]
    painter: Painter
    illustrator: Painter
    tester: Window
    viewer: Window
    finder: Callable[[Path], Path | None]


def run(argv: Sequence[str], screens: Screens) -> int:
    """Run one command; `screens` is what needs a window."""
    speech.calm_streams()
    try:
        options = parser().parse_args(argv)
    except Refused as refused:
        return _refused(refused)
    except SystemExit as stop:  # --help has spoken
        speech.finish()
        return int(stop.code or 0)
    if options.version:
        from salesdesk import __version__

        speech.say(__version__)
        return 0
    folder = paths.data_folder(options.data)
    window: Window = partial(screens.window, minimized=True) if options.minimized else screens.window
    if options.selftest:
        window, folder = screens.tester, Path(options.selftest)
        if folder.exists() and any(folder.iterdir()):
            told = f"自检的文件夹「{folder}」不是空的"
            return _refused(Refused(Problem(told, "请换一个空文件夹", path="selftest", code="not_empty")))
    elif options.command != "look" and (lost := paths.lost_folder(options.data)) is not None:
        if options.command is not None:
            told = f"数据文件夹「{lost}」里没有数据文件，它可能被移走、改了名，或者所在的盘没有插上"
            return _fault(EnvironmentFault(told, "请放回原处或插好盘；移到了别处，打开窗口会问在哪里，或写上 --data"))
        found = screens.finder(lost)
        if found is None:
            return 3
        folder = found
    painter = screens.illustrator if getattr(options, "manual", False) else screens.painter
    with logging_to(folder, LOG_FILE):
        try:
            if options.command == "look":
                return screens.viewer(Path(options.file))
            return command(options, folder, window, painter)
        except Refused as refused:
            return _refused(refused)
        except EnvironmentFault as fault:
            log.info("environment: %s", fault)
            return _fault(fault)
        except KeyboardInterrupt:
            speech.warn("已中断")
            return 130
        except OSError as error:
            if speech.unheard(error):  # whoever read us has seen enough, as `| head` does
                speech.hush()
                return 0
            log.info("environment", exc_info=True)
            return _fault(speech.of_system(error))
        except Exception:
            log.exception("defect in command %s", options.command)
            told = f"请把日志发给维护人员：{paths.logs(folder) / LOG_FILE}"
            if options.command is None and not options.selftest:
                speech.alarm(
                    f"程序没能打开窗口，可能有文件被杀毒软件拿走了，请重新安装一次；数据没有动。\n还不行，{told}"
                )
            else:
                speech.warn(f"程序内部出错，这一步没有做成。{told}")
            return 1


LOG_FILE = paths.LOG_FILES[1]


def _refused(refused: Refused) -> int:
    speech.say_json([p.wire() for p in refused.problems], sys.stderr)
    return 2


def _fault(fault: EnvironmentFault) -> int:
    speech.say_json({"message": fault.message, "cure": fault.cure}, sys.stderr)
    return 3


def command(options: argparse.Namespace, folder: Path, window: Window, painter: Painter) -> int:
    """Dispatch one parsed command."""
    name = options.command
    if name is None:
        return window(folder)
    if name == "restore":
        from salesdesk.cli.keeping import restore

        return restore(folder, Path(options.file))
    if name == "encrypt":
        return encrypt(folder, options)
    if name == "support":
        from salesdesk.cli.keeping import support

        return support(folder)
    if name == "demo":
        from salesdesk.cli.trying import demo

        return demo(folder, options.seed, options.scale, options.today)
    if name == "samples":
        from salesdesk.cli.trying import samples

        return samples(Path(options.out) if options.out else None, options.seed)
    if name == "voucher":
        from salesdesk.cli.vouchers import print_out, read

        if options.action == "print":
            return print_out(options.files, options.out)
        return read(options.files, options.json, options.ocr)
    if name in ("shots", "showcase"):
        from salesdesk.cli.trying import illustrate, showcase

        if options.manual:
            return illustrate(
                folder, Path(options.out) if options.out else paths.RESOURCES / "manual" / "pictures", painter
            )
        return showcase(folder, Path(options.out or "demo-output"), painter)
    if name == "sync" and options.action == "now" and options.share and not options.create:
        from salesdesk.cli.syncing import first_joining

        first_joining(folder, options)
    with opened(folder) as desk:
        sit_down(desk, options)
        return at_desk(desk, options)


UNATTENDED = ("check", "backup", "sync")
"""Commands a timer runs, which show nothing of the business and change only what the programs of other PCs did."""


def sit_down(desk: Desk, options: argparse.Namespace) -> None:
    """Who this command works for: `--operator`, else whoever the PC knows, with his password. Raises Refused."""
    seat, name = desk.settings.seat, str(options.operator or "").strip()
    if name and not seat.people:
        seat.pretend(name)
    elif name or seat.locked:
        password = os.environ.get("SALESDESK_PASSWORD", "")
        known = name or (seat.person.name if seat.person else "")
        if options.command == "do" and options.list:
            return
        nobody = not name and not (password and known)
        if nobody and options.command in UNATTENDED and getattr(options, "action", "now") == "now":
            return
        if not known or (seat.locked and not password and not name):
            raise Refused(seat.locked_refusal())
        seat.enter(known, password, lasting=False)


def encrypt(folder: Path, options: argparse.Namespace) -> int:
    """The commands about encryption; they need the data file closed, but first somebody who may."""
    from salesdesk.cli import encrypting

    if options.action == "status":
        return encrypting.status(folder)
    with opened(folder) as desk:
        sit_down(desk, options)
        encrypting.may(desk)
    if options.action == "code":
        return encrypting.code(folder)
    return encrypting.turn_on(folder, options.code) if options.action == "on" else encrypting.turn_off(folder)


@contextmanager
def opened(folder: Path) -> Iterator[Desk]:
    """The desk on a data folder, given back afterwards."""
    from salesdesk.desk import open_desk

    desk = open_desk(folder)
    try:
        yield desk
        desk.copy_when_late()
    finally:
        desk.close()


def at_desk(desk: Desk, options: argparse.Namespace) -> int:
    """The commands that work on an open desk."""
    from salesdesk.cli import doing, keeping, serving, showing

    match options.command:
        case "do" if options.list:
            return doing.list_verbs(desk, options.json, options.verb or "")
        case "do" if not options.verb:
            raise Refused(Problem("没有写要做什么", "用 salesdesk do --list 看全部动作", path="verb", code="required"))
        case "do" if options.verb == "-":
            return doing.do_lines(desk)
        case "do":
            return doing.do_once(desk, options.verb, options.args)
        case "show":
            fields = [f for f in options.fields.replace("，", ",").split(",") if f.strip()]
            wanted = showing.Wanted(
                options.entity,
                options.record,
                options.where,
                options.text,
                options.sort,
                options.limit,
                fields,
                options.lines,
                options.voided,
            )
            return showing.show(desk, wanted, options.json)
        case "serve":
            return serving.serve(desk)
        case "dump":
            speech.say_text(desk.dump())
            return 0
        case "sync" | "device":
            from salesdesk.cli import syncing

            if options.command == "sync":
                return syncing.run(desk, vars(options), options.json)
            return syncing.run_device(desk, vars(options), options.json)
        case "update":
            from salesdesk.cli.updating import update

            return update(desk, options.action, options.file, options.news, options.json)
        case "history":
            return keeping.history(desk, options.entity, options.record, options.json)
        case "undo":
            speech.say_json(desk.do("system.undo", {"op": options.op} if options.op else {}).wire())
            return 0
        case "redo":
            speech.say_json(desk.do("system.redo").wire())
            return 0
        case "settings":
            return keeping.settings(desk, options.key, options.value)
        case "check":
            return keeping.check(desk, options.json)
        case "backup":
            return keeping.backup(desk, options)
        case "print":
            return keeping.print_paper(
                desk, options.paper_name, options.record, options.paper, options.out, options.preview
            )
        case "report":
            from salesdesk.cli import reporting

            return reporting.report(desk, vars(options))
        case "import" | "export":
            return keeping.exchange(desk, options.command, options.entity, options.file, options.args)
    raise AssertionError(options.command)
