"""Commands that look after the data file, its history, its papers and its Excel files."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from salesdesk.cli import speech
from salesdesk.cli.doing import arguments
from salesdesk.cli.serving import history as history_of
from salesdesk.cli.showing import entity_named, one_record
from salesdesk.desk import DATA_FILE, Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem
from salesdesk.services.backups import kept
from salesdesk.services.settings import ALL


def history(desk: Desk, entity: str, record: str, as_json: bool) -> int:
    """Print the life of a record, newest first."""
    entries = history_of(desk, entity, record)
    if as_json:
        speech.say_text(json.dumps(entries, ensure_ascii=False, indent=1))
    else:
        for entry in entries:
            speech.say(entry["text"] + (f"  原因：{entry['reason']}" if entry["reason"] else ""))
    return 0


def settings(desk: Desk, key: str | None, value: str | None) -> int:
    """Print all settings, print one, or change one."""
    known = {s.key: s for s in ALL}
    if key is None:
        speech.say(speech.table(["名称", "含义", "值"], [[s.key, s.title, str(desk.settings.get(s.key))] for s in ALL]))
        return 0
    one = known.get(key)
    if one is None:
        raise Refused(Problem(f"没有「{key}」这个设置", "用 salesdesk settings 看全部", code="unknown_setting"))
    if value is not None:
        desk.settings.put(key, value)
    speech.say_json({"ok": True, "key": key, "title": one.title, "value": desk.settings.get(key)})
    return 0


def check(desk: Desk, as_json: bool) -> int:
    """Check the whole data file; 2 when something is wrong."""
    from salesdesk.services.checking import check_all

    report = check_all(
        desk.database, desk.folder, [m.actions.verify for m in desk.registry.modules if m.actions.verify]
    )
    if as_json:
        speech.say_json(report.wire())
    else:
        for line in report.lines:
            speech.say(line)
    return 0 if report.sound else 2


def backup(desk: Desk, options: argparse.Namespace) -> int:
    """Copy the data file and verify the copy; or take it along, try one out (2 when that fails), list what there is."""
    if options.list:
        return _copies(desk, options.json)
    if options.portable:
        speech.say_json(desk.do("backup.portable", {"folder": str(Path(options.portable).absolute())}).wire())
        return 0
    if options.drill:
        outcome = desk.do("backup.drill")
        speech.say_json(outcome.wire())
        return 0 if outcome.data["drill"]["good"] else 2
    made = desk.backup(Path(options.folder) if options.folder else None)
    speech.say_json({"ok": True, "file": str(made), "message": f"已备份并验证：{made}"})
    return 0


def _copies(desk: Desk, as_json: bool) -> int:
    kinds = {"copy": "备份", "upgrade": "升级前", "replaced": "恢复时换下"}
    found = kept(desk.folder)
    if as_json:
        told = [{**c._asdict(), "path": str(c.path), "made": c.made.isoformat(" ")} for c in found]
        speech.say_text(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    rows = [
        [
            f"{c.made:%Y-%m-%d %H:%M}",
            kinds[c.kind],
            f"{c.size / 1e6:.1f} MB",
            c.damaged or f"{c.at} {c.last}",
            c.path.name,
        ]
        for c in found
    ]
    speech.say(speech.table(["时间", "类别", "大小", "最后一步", "文件"], rows) if rows else "还没有备份")
    return 0


def restore(folder: Path, file: Path) -> int:
    """Put a backup in the place of the data file."""
    from salesdesk.desk import restore_backup

    aside = restore_backup(folder, file)
    kept = f"，原来的数据文件留在 {aside}" if aside else ""
    speech.say_json(
        {"ok": True, "file": str(folder / DATA_FILE), "kept": str(aside) if aside else None, "message": f"已恢复{kept}"}
    )
    return 0


def support(folder: Path) -> int:
    """Make the bundle for whoever maintains the program; also of data that do not open."""
    from salesdesk.desk import support_bundle

    made = support_bundle(folder)
    speech.say_json({"ok": True, "file": str(made), "message": f"诊断包已做好，里面没有客户资料：{made}"})
    return 0


def print_paper(desk: Desk, name: str, record: str, paper: str | None, out: str | None, preview: bool) -> int:
    """Print one record to a PDF through its verb."""
    verb = f"{name}.{'preview' if preview else 'print'}"
    papers = sorted(v.removesuffix(".print") for v in desk.registry.verbs if v.endswith(".print"))
    found = desk.registry.verbs.get(verb)
    if found is None:
        raise Refused(
            Problem(
                f"没有「{name}」这种单据", f"可用的有：{'、'.join(papers)}", path="paper_name", code="unknown_paper"
            )
        )
    uid = one_record(desk, desk.entity(found.entity), record)["uid"]
    args = {"uid": uid, **({"paper": paper} if paper else {}), **({"out": str(Path(out).absolute())} if out else {})}
    speech.say_json(desk.do(verb, args).wire())
    return 0


def exchange(desk: Desk, way: str, name: str, file: str, more: str) -> int:
    """Import or export an Excel file through the verb of the record type."""
    entity = entity_named(desk, name)
    able = {v.entity: v for v in desk.registry.verbs.values() if v.name.endswith(f".{way}")}
    verb = able.get(entity.key)
    if verb is None:
        word = "导入" if way == "import" else "导出"
        titles = "、".join(desk.entity(key).title for key in able) or "还没有"
        raise Refused(Problem(f"{entity.title}不能{word}", f"可以{word}的有：{titles}", path="entity", code="no_verb"))
    given = arguments(more)
    key = next((p.key for p in verb.params if p.key in ("file", "path", "out")), "file")
    speech.say_json(desk.do(verb.name, {key: str(Path(file).absolute()), **given}).wire())
    return 0
