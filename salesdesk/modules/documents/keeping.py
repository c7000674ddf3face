"""Puts files under documents: one document with more versions of its file, or a whole folder with a document for each file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Int, Link, Note, Option, Row, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.domain.text import safe_file_name
from salesdesk.modules.documents import texts
from salesdesk.modules.documents.model import DOCUMENT, FILE, SECRECY, SECRET
from salesdesk.modules.documents.queries import versions
from salesdesk.modules.documents.rules import FIRST_STATE
from salesdesk.persistence.reading import Reader
from salesdesk.services.attachments import LARGEST, drop, link, opened_at, store, stored_at
from salesdesk.services.files import faults_of, read_whole, sha256_of, write_atomically
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import gone
from salesdesk.services.roles import Role

MOST = 3000
"""Files of one folder taken in at once."""
TOLD = 8
"""So many duplicates and faults are told one by one."""
_NOT_PAPERS = (".tmp", ".lnk", ".ini", ".db", ".exe", ".dll", ".bat", ".cmd", ".sys")


def live(reader: Reader, uid: object) -> Row:
    """A document in use. Raises Refused."""
    row = reader.get(DOCUMENT, str(uid))
    if row is None or row["void"]:
        raise Refused(gone(DOCUMENT))
    return row


def newest_file(reader: Reader, document: str) -> Row | None:
    """The latest version of a document's file."""
    return next(iter(versions(reader, document)), None)


def add_version(ctx: Context, document: str, name: str, sha256: str, size: int, note: str = "", place: str = "") -> str:
    """Write down one more version, whose bytes are stored (or lie at `place`); returns its uid."""
    last = ctx.work.value("SELECT max(version) FROM document_file WHERE document = ?", (document,)) or 0
    uid = ctx.work.insert(
        FILE,
        {
            "document": document,
            "version": last + 1,
            "name": name,
            "size": size,
            "sha256": sha256,
            "place": place or None,
            "added_at": ctx.now,
            "added_by": ctx.operator or None,
            "note": note or None,
        },
    )
    if not place:
        link(ctx, DOCUMENT, document, name, sha256, size)
    return uid


def holder_of(reader: Reader, sha256: str) -> Row | None:
    """The document that holds these very bytes already; a destroyed one holds nothing any more."""
    return reader.row(
        "SELECT d.* FROM document_file f JOIN document d ON d.uid = f.document AND d.void = 0 AND d.state != 'destroyed'"
        " WHERE f.sha256 = ? AND f.void = 0 ORDER BY f.rowid LIMIT 1",
        (sha256,),
    )


def called(row: Row) -> str:
    """How people call a document: its number and its title."""
    return f"{row['number'] or ''}《{row['title']}》".strip()


# -- taking in ---------------------------------------------------------------------------------------------------------


def read_files(ctx: Context, args: Row) -> Row:
    """Before anything is written: read every file, store its bytes, leave out what is there already. Stopped, nothing stays.

    Their words are read here too, as long as that takes a moment; what is left is read at the next quiet moment.
    """
    paths = list(_papers(ctx.folder, str(args.get("files") or "")))
    if not paths:
        raise Refused(
            Problem("没有可放的文件", "选文件，或选里面有文件的文件夹", path="files", place="「文件」", code="no_files")
        )
    if len(paths) > MOST:
        raise Refused(
            Problem(f"一共 {len(paths)} 个文件，太多了", f"一次最多 {MOST} 个，请分几次", path="files", code="many")
        )
    secret = args.get("secrecy") in SECRET
    newest = None
    if args.get("uid"):
        row = live(ctx.work, args["uid"])
        secret, newest = row["secrecy"] in SECRET, newest_file(ctx.work, row["uid"])
    read = texts.Reading(ctx, texts.MOMENT)
    ready: list[Row] = []
    same: list[str] = []
    problems: list[Problem] = []
    fresh: list[str] = []
    seen: dict[str, str] = {}
    try:
        for done, (path, inside) in enumerate(paths):
            ctx.progress(done, len(paths))
            try:
                data = read_whole(path, LARGEST)
            except Refused as refused:
                problems += refused.problems
                continue
            if not data:
                problems.append(Problem(f"《{path.name}》是空的", "请重新拷贝", place=path.name, code="empty_file"))
                continue
            digest = sha256_of(data)
            if args.get("uid"):  # the bytes of an old version, or of another document, may well be the new version
                held = row if newest is not None and newest["sha256"] == digest else None
            else:
                held = holder_of(ctx.work, digest)
            if held is not None or digest in seen:
                same.append(f"《{path.name}》和{called(held) if held is not None else f'《{seen[digest]}》'}一模一样")
                continue
            seen[digest] = path.name
            if not stored_at(ctx.folder, digest).exists():
                fresh.append(digest)
            store(ctx.folder, data)
            if not (secret or read.over):
                read.take(digest, path.name)
            ready.append({"name": path.name, "sha256": digest, "size": len(data), "inside": inside})
        ctx.progress(len(paths), len(paths))
    except BaseException:
        for digest in fresh:
            drop(ctx.folder, digest)
        raise
    if not ready and not same and problems:
        raise Refused(problems)
    return {
        **args,
        "ready": ready,
        "same": same,
        "unread": problems,
        "words": read.told,
        "wordless": 0 if secret else len(ready) - len(read.told),
    }


def _papers(own: Path, told: str) -> Iterator[tuple[Path, str]]:
    """The files that are named, one a line, and those in the named folders with the way to them inside; what programs leave
    behind is passed over. Raises Refused for the program's own data."""
    for line in told.splitlines():
        path = Path(line.strip().strip('"'))
        if not line.strip():
            continue
        with faults_of(path):
            if path.resolve().is_relative_to(own.resolve() / "attachments"):
                raise Refused(
                    Problem(f"{path} 是程序自己存文件的地方", "拖原来的文件", path="files", code="own_folder")
                )
            if not path.is_dir():
                yield path, ""
                continue
            found = sorted(p for p in path.rglob("*") if p.is_file() and _is_paper(p.relative_to(path)))
            whole = path.resolve()
            if own.resolve().is_relative_to(whole):
                found = [p for p in found if not p.resolve().is_relative_to(own.resolve())]
            yield from ((p, " ".join((whole.name, *p.relative_to(path).parts[:-1]))) for p in found)


def _is_paper(inside: Path) -> bool:
    """Hidden files and folders, and what programs keep for themselves, are no papers."""
    hidden = any(part.startswith(("~$", ".", "~")) for part in inside.parts)
    return not hidden and inside.suffix.lower() not in _NOT_PAPERS


def _warn(ctx: Context, args: Row) -> None:
    told = [*((text, "没有再放一份") for text in args["same"])]
    for text, cure in told[:TOLD]:
        ctx.warnings.append(Problem(text, cure, place="文件", code="same_file", severity=Severity.WARN))
    for one in args["unread"][:TOLD]:
        ctx.warnings.append(Problem(one.message, one.cure, place=one.place, code=one.code, severity=Severity.WARN))


def take_in(ctx: Context, args: Row) -> Outcome:
    """A document for each file; with `uid` all of them become versions of that one."""
    ready: list[Row] = args["ready"]
    _warn(ctx, args)
    texts.keep(ctx.work, args["words"])
    data = {"taken": len(ready), "same": len(args["same"]), "unread": len(args["unread"])}
    if left_over := args["wordless"]:
        data["words_left"] = left_over  # whoever works without a window reads them by document.read_texts
    left = f"，{len(args['same'])} 个已有" if args["same"] else ""
    if args.get("uid"):
        row = live(ctx.work, args["uid"])
        if row["state"] == "destroyed":
            raise Refused(Problem(f"{called(row)} 已销毁", "另建一份文件", path="uid", code="destroyed"))
        for one in ready:
            add_version(ctx, row["uid"], one["name"], one["sha256"], one["size"], str(args.get("note") or ""))
        ctx.work.title = f"放入{called(row)}的文件 {len(ready)} 个"
        return Outcome(
            row["uid"], f"已{ctx.work.title}{left}" if ready else f"没有放：{len(args['same'])} 个都已有", data
        )
    uid = ""
    kind = str(args.get("kind") or "other")
    for one in ready:
        uid = ctx.work.insert(
            DOCUMENT,
            {
                "kind": kind,
                "state": FIRST_STATE.get(kind, "loose"),
                "title": Path(one["name"]).stem[:160],
                "keywords": one["inside"][:120] or None,
                "secrecy": args.get("secrecy") or "inner",
                "sender": args.get("sender"),
                "copies": 1,
                "retention": ctx.settings.get("document.retention"),
                "received_on": ctx.today if kind == "incoming" else None,
                "received_by": (ctx.operator or None) if kind == "incoming" else None,
                "cabinet": args.get("cabinet"),
                "box": args.get("box"),
            },
        )
        add_version(ctx, uid, one["name"], one["sha256"], one["size"])
    ctx.work.title = f"放入文件 {len(ready)} 个"
    return Outcome(uid, f"已{ctx.work.title}{left}" if ready else f"没有放：{len(args['same'])} 个都已有", data)


def export_file(ctx: Context, args: Row) -> Outcome:
    """Write one version (default: the newest) under its own name for opening; the kept bytes are checked and stay untouched."""
    row = live(ctx.work, args["uid"])
    if row["state"] == "destroyed":
        told = f"{called(row)} {row['destroyed_on']} 销毁了，文件不在了"
        raise Refused(Problem(told, "销毁清册里有它的经过", path="uid", code="destroyed"))
    version = args.get("version")
    found = next((one for one in versions(ctx.work, row["uid"]) if _meant(one, args)), None)
    if found is None:
        told = f"{called(row)} 还没有文件" if version is None else f"{called(row)} 没有第 {version} 版"
        raise Refused(Problem(told, "把文件拖进来，或点「放入文件」", path="uid", code="no_file"))
    if found["place"]:
        lies = ctx.folder / str(found["place"])  # one that begins at a root stays as it is
        if not lies.is_file():
            told = f"《{found['name']}》不在 {found['place']}"
            raise Refused(Problem(told, "在做归档的那台电脑上打开", path="uid", code="elsewhere"))
        return Outcome(row["uid"], f"{found['name']} 第 {found['version']} 版", {"file": str(lies)})
    source = stored_at(ctx.folder, str(found["sha256"]))
    if not source.is_file():
        cure = "它可能在放进来的那台电脑上；请先同步，或从备份恢复"
        raise Refused(Problem(f"《{found['name']}》不在本机", cure, path="uid", code="elsewhere"))
    data = read_whole(source, LARGEST)
    if sha256_of(data) != found["sha256"]:
        raise Refused(
            Problem(f"《{found['name']}》内容坏了", "请从备份恢复 attachments 文件夹", path="uid", code="damaged")
        )
    if args.get("out"):
        target = Path(str(args["out"]))
        with faults_of(target, "保存"):
            target.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(target, data)
    else:
        target = _laid_out(ctx, found, data)
    return Outcome(
        row["uid"], f"{found['name']} 第 {found['version']} 版", {"file": str(target), "version": found["version"]}
    )


def _meant(one: Row, args: Row) -> bool:
    """Whether a version is the one that was asked for; two PCs may each have made, say, the second."""
    return all(args.get(given) in (None, one[key]) for given, key in (("file", "uid"), ("version", "version")))


def _laid_out(ctx: Context, found: Row, data: bytes) -> Path:
    """A copy for other programs to open. One that lies there as it was is used again, since it may be open; one in which
    somebody wrote stays, and a fresh copy is laid beside it."""
    first = target = opened_at(ctx.folder, str(found["sha256"])) / safe_file_name(str(found["name"]))
    with faults_of(first, "保存"):
        first.parent.mkdir(parents=True, exist_ok=True)
        for number in count(2):
            if not target.exists():
                write_atomically(target, data)
                break
            if target.stat().st_size == len(data) and target.read_bytes() == data:
                break
            target = first.with_stem(f"{first.stem} {number}")
    if target != first:
        told = f"上次打开的那份改过，还在：{first}"
        cure = "要留下改的，把它拖到这份文件上，就是新的一版"
        ctx.warnings.append(Problem(told, cure, place="文件", code="changed_copy", severity=Severity.WARN))
    return target


FILES = Field("files", "文件", Note(400_000), required=True, note="文件或文件夹的路径，一行一个；文件夹里的全放")
_KINDS = Choice(options=(Option("other", "资料"), Option("incoming", "外来文件"), Option("internal", "内部文件")))
VERBS = (
    Verb(
        "document.take_in", "放入文件", take_in,
        (
            FILES,
            Field("uid", "文件", Link(entity="document"), note="给了就放成它的新版本，不给就每个文件建一份"),
            Field("kind", "来源", _KINDS, default="资料"),
            Field("sender", "来文单位", Text(80)),
            Field("secrecy", "密级", SECRECY, default="内部"),
            Field("cabinet", "柜", Text(20)),
            Field("box", "盒", Text(20)),
            Field("note", "这一版的说明", Text(120)),
        ),
        changes=("document", "document_file", "attachment"), entity="document", prepare=read_files, icon="attach", palette=False,
        note="可以停；一模一样的不重放",
    ),
    Verb(
        "document.open", "打开文件", export_file,
        (
            Field("uid", "文件", Link(entity="document"), required=True),
            Field("version", "第几版", Int(least=1), note="空着就是最新的"),
            Field("file", "哪一个", Link(entity="document_file"), note="两台电脑各放了同一版时"),
            Field("out", "存到", Text(400), note="不给就放在数据文件夹的 opened 里"),
        ),
        role=Role.VIEWER, entity="document", icon="folder_open", palette=False, note="拿出来的是一份拷贝，改了要再放进来",
    ),
    Verb(
        "document.read_texts", "读出文件里的文字", texts.write,
        (Field("seconds", "最多读几秒", Int(least=1), note="不给就读一秒；窗口会自己在空闲时做"),),
        changes=("document",), entity="document", prepare=texts.read, icon="search", palette=False, note="供搜索；一次读一批",
    ),
)  # fmt: skip
