"""Filing finished orders: built aside, put in its place as a whole, and only then recorded; an old dossier is renewed, not doubled."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path, PurePosixPath

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Link, Row, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.dossiers import queries
from salesdesk.modules.dossiers.building import ARCHIVE, INDEX, Filed, build, stood_at, zip_folder
from salesdesk.modules.dossiers.contents import Contents, gather
from salesdesk.modules.dossiers.model import DOSSIER, DOSSIER_FILE
from salesdesk.modules.dossiers.paths import STAGE, check_root, place_of
from salesdesk.services.files import faults_of, sha256_of
from salesdesk.services.filing import Filed as Announced
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import save_lines
from salesdesk.services.register_io import io_verbs

MOST = 500
"""Orders of one batch."""


def root_of(ctx: Context) -> Path:
    """The archive folder of the settings, else 归档 beside the data."""
    named = str(ctx.settings.get("dossier.folder") or "").strip()
    root = Path(named) if named else ctx.folder / ARCHIVE
    check_root(root)
    with faults_of(root, "保存"):
        root.mkdir(parents=True, exist_ok=True)
    return root


def prepare_one(ctx: Context, args: Row) -> Row:
    """Build the dossier of one order before anything is written down."""
    return {**args, "ready": _build_all(ctx, [str(args["uid"])])}


def prepare_many(ctx: Context, args: Row) -> Row:
    """Build the dossiers of all orders that wait for it, or of the one that is named."""
    if args.get("uid"):
        orders = [str(args["uid"])]
    else:
        found = queries.unfiled(
            ctx.work, ctx.today, args.get("first") or "", args.get("last") or "", args.get("customer") or "", True, MOST
        )
        orders = [str(row["uid"]) for row in found]
    if not orders:
        raise Refused(Problem("没有要归档的订单", "做完的订单都已归档；换个日期或客户再试", code="nothing_to_file"))
    return {**args, "ready": _build_all(ctx, orders)}


def _build_all(ctx: Context, orders: list[str]) -> list[Row]:
    """Build every dossier aside, then put them all in place. Stopped or failed half-way, nothing of them remains."""
    root = root_of(ctx)
    letter = str(ctx.work.value("SELECT letter FROM now"))
    _sweep(root, letter)
    stage = root / f"{STAGE}{letter}{os.urandom(4).hex()}"
    pattern = str(ctx.settings.get("dossier.pattern"))
    built: list[tuple[Row, Row | None, Path]] = []
    try:
        with faults_of(stage, "保存"):
            stage.mkdir()
        for done, order in enumerate(orders):
            ctx.progress(done, len(orders))
            found = _contents(ctx, order)
            old = queries.of_order(ctx.work, order)
            folder = place_of(found.about, pattern)
            place = stage / str(done)
            files = build(ctx, found, root, folder, place, old)
            sha256 = zip_folder(place, stage / f"{done}.zip", folder.name, ctx.now)
            row = _record(ctx, found, root, folder, files, sha256)
            built.append(({**row, "entries": [one._asdict() for one in files]}, old, place))
        ctx.progress(len(orders), len(orders))
        for row, old, place in built:
            _put_in_place(ctx.folder, root, row, old, place, stage)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return [{**row, "uid": old["uid"] if old else None} for row, old, _ in built]


def _contents(ctx: Context, order: str) -> Contents:
    found = gather(ctx.work, ctx.registry, order)
    if found is None:
        raise Refused(Problem("没有这张订单", "请刷新列表", path="uid", code="unknown_record"))
    if found.about["stage"] not in ("done", "cancelled"):
        raise Refused(
            Problem(
                f"订单 {found.about['number'] or '草稿'} 还没做完，不能归档", "发完货、关闭余量或取消以后再归档", path="uid",
                code="not_finished",
            )
        )  # fmt: skip
    return found


def _record(ctx: Context, found: Contents, root: Path, folder: PurePosixPath, files: list[Filed], sha256: str) -> Row:
    lacks = found.missing
    versions = [int(one.row.get("version") or 1) for one in found.of("order_change")]
    return {
        **{key: found.about[key] for key in (
            "number", "order", "customer", "customer_name", "region", "salesperson", "products", "order_date", "finished_on",
        )},
        "state": "lacking" if lacks else "whole",
        "missing": "、".join(lacks) or None,
        "files": len(files) + 1,
        "bytes": sum(one.size for one in files),
        "version": max(versions, default=1),
        "root": str(ctx.settings.get("dossier.folder") or "").strip() or None,
        "folder": str(folder),
        "zip": f"{folder}.zip",
        "sha256": sha256,
        "content": found.fingerprint,
        "filed_at": ctx.now,
        "filed_by": ctx.operator,
    }  # fmt: skip


def _put_in_place(data: Path, root: Path, row: Row, old: Row | None, place: Path, stage: Path) -> None:
    """The new folder and zip take the place of the old ones, wherever those lay; each change is one renaming."""
    folder = root / PurePosixPath(row["folder"])
    archive = folder.with_name(folder.name + ".zip")
    former = stood_at(data, old) if old else folder
    with faults_of(folder, "保存"):
        folder.parent.mkdir(parents=True, exist_ok=True)
        for path in dict.fromkeys((folder, former)):
            if path.is_dir() and (path == folder or (path / INDEX).is_file()):
                path.rename(stage / f"{place.name}-{os.urandom(3).hex()}")
        place.rename(folder)
        (stage / f"{place.name}.zip").replace(archive)
        gone = former.with_name(former.name + ".zip")
        if gone != archive:
            gone.unlink(missing_ok=True)
            for parent in (former.parent, former.parent.parent):
                with contextlib.suppress(OSError):  # still holds other dossiers
                    parent.rmdir()


def _sweep(root: Path, letter: str) -> None:
    """Half-made folders that a power cut left behind; only those of this PC."""
    for path in root.glob(f"{STAGE}{letter}*"):
        shutil.rmtree(path, ignore_errors=True)


def record(ctx: Context, args: Row) -> Outcome:
    """Write down what was filed."""
    uid, lacking = "", []
    for row in args["ready"]:
        values = {key: value for key, value in row.items() if key in DOSSIER.by_key}
        if row["uid"]:
            uid = str(row["uid"])
            ctx.work.update(DOSSIER, uid, values)
        else:
            uid = ctx.work.insert(DOSSIER, values)
        have = {one["path"]: one["uid"] for one in ctx.work.of_parent(DOSSIER_FILE, uid)}
        save_lines(ctx.work, DOSSIER_FILE, uid, [{**one, "uid": have.get(one["path"])} for one in row["entries"]])
        ctx.announce(_told(ctx, uid, row))
        if row["missing"]:
            lacking.append(f"{row['number']} 缺{row['missing']}")
    ready: list[Row] = args["ready"]
    what = f"订单 {ready[0]['number']}" if len(ready) == 1 else f"{len(ready)} 张订单"
    ctx.work.title = f"归档 {what}"
    ctx.warnings.extend(
        Problem(text, "补上以后再点一次「归档」", place="订单档案", code="lacking", severity=Severity.WARN)
        for text in lacking[:5]
    )
    folder = stood_at(ctx.folder, ready[-1])
    data = {
        "filed": len(ready), "lacking": len(lacking), "folder": str(folder), "sha256": ready[-1]["sha256"],
        "zip": str(folder.with_name(folder.name + ".zip")),
    }  # fmt: skip
    told = f"，{len(lacking)} 张缺件" if lacking and len(ready) > 1 else ""
    return Outcome(uid, f"已{ctx.work.title}{told}，放在 {folder.parent}", data)


def _told(ctx: Context, uid: str, row: Row) -> Announced:
    """What the register of documents hears of a dossier."""
    folder = stood_at(ctx.folder, row)
    pack = folder.with_name(folder.name + ".zip")
    title = f"订单档案 {row['number']} {row['customer_name'] or ''}".strip()
    words = " ".join(str(row[key]) for key in ("region", "salesperson", "products") if row[key])
    return Announced(
        uid, title, str(row["number"]), ctx.today, row["customer"], words[:120], pack.name, pack.stat().st_size, row["sha256"],
        str(pack) if row["root"] else f"{ARCHIVE}/{row['zip']}",
    )  # fmt: skip


def check(ctx: Context, args: Row) -> Outcome:
    """核对档案: every file is there and unchanged, the zip too, and nothing was added to the order since."""
    row = ctx.work.get(DOSSIER, str(args["uid"]))
    if row is None or row["void"]:
        raise Refused(Problem("没有这份档案", "请刷新列表", path="uid", code="unknown_record"))
    folder, problems = stood_at(ctx.folder, row), []
    with faults_of(folder):
        for one in ctx.work.of_parent(DOSSIER_FILE, row["uid"]):
            problems += _compare(folder / PurePosixPath(one["path"]), one["sha256"], one["what"])
        problems += _compare(folder.with_name(folder.name + ".zip"), row["sha256"], "压缩包")
    now = gather(ctx.work, ctx.registry, str(row["order"]))
    if now is not None and now.fingerprint != row["content"]:
        problems.append(
            Problem("归档以后订单又有变动", "请重新归档", code="stale", severity=Severity.WARN, place="订单档案")
        )
    whole = f"{row['number']} 的 {row['files']} 个文件都在，没有被改过"
    told = f"{row['number']} 有 {len(problems)} 处不对" if problems else whole
    return Outcome(row["uid"], told, {"folder": str(folder)}, tuple(problems))


def _compare(path: Path, sha256: str, what: str) -> list[Problem]:
    if not path.is_file():
        return [Problem(f"《{path.name}》（{what}）不见了", "请重新归档", code="file_gone", severity=Severity.WARN)]
    if sha256_of(path.read_bytes()) != sha256:
        return [Problem(f"《{path.name}》（{what}）被改过", "请重新归档，或从备份恢复", code="file_changed", severity=Severity.WARN)]  # fmt: skip
    return []


def put_away(ctx: Context, args: Row) -> Outcome:
    """登记纸质位置: where the paper file stands."""
    row = ctx.work.get(DOSSIER, str(args["uid"]))
    if row is None or row["void"]:
        raise Refused(Problem("没有这份档案", "请刷新列表", path="uid", code="unknown_record"))
    ctx.work.update(DOSSIER, row["uid"], {"place": args["place"]})
    ctx.work.title = f"档案 {row['number']} 放在 {args['place']}"
    return Outcome(row["uid"], f"已登记{ctx.work.title}")


def unfiled_list(ctx: Context, args: Row) -> Outcome:
    """Only read: which finished orders wait to be filed."""
    rows = queries.unfiled(
        ctx.work, ctx.today, args.get("first") or "", args.get("last") or "", args.get("customer") or "", True, MOST
    )
    told = [
        {"uid": r["uid"], "number": r["number"], "finished_on": r["finished_on"], "renew": bool(r["dossier"])}
        for r in rows
    ]
    return Outcome("", f"{len(rows)} 张等着归档" if rows else "做完的订单都已归档", {"orders": told})


WRITTEN = ("dossier", "dossier_file", "document", "document_file", "document_number")
"""What filing writes, with what the register of documents adds (`takes_filed`)."""
_UID = Field("uid", "档案", Link(entity="dossier"), required=True)
_RANGE = (
    Field("first", "下单日期从", Day(), note="不给就不限"),
    Field("last", "到", Day()),
    Field("customer", "客户", Link(entity="customer"), note="不给就是全部客户"),
)

VERBS = (
    Verb(
        "dossier.file", "归档", record, (Field("uid", "订单", Link(entity="sales_order"), required=True),),
        changes=WRITTEN, entity="sales_order", prepare=prepare_one, icon="archive", states=("done", "cancelled"),
        note="订单、变更、凭据、传递单、送货单、签收单装进一个文件夹和压缩包",
    ),
    Verb(
        "dossier.file_many", "批量归档", record,
        (Field("uid", "订单", Link(entity="sales_order"), note="给了就只归这一张"), *_RANGE),
        changes=WRITTEN, entity="dossier", prepare=prepare_many, icon="archive", primary=True,
        note="做完还没归档的，和归档后又有变动的，一次最多 500 张，可以停",
    ),
    Verb(
        "dossier.check", "核对档案", check, (_UID,), entity="dossier", icon="check",
        note="文件都在不在、有没有被改过",
    ),
    Verb(
        "dossier.place", "登记纸质位置", put_away, (_UID, Field("place", "纸质存放位置", Text(60), required=True, note="柜/盒/页")),
        changes=("dossier",), entity="dossier", icon="box",
    ),
    Verb(
        "dossier.unfiled", "哪些没归档", unfiled_list, _RANGE, entity="dossier", icon="list", palette=False,
        note="只看，不归档",
    ),
    *(verb for verb in io_verbs(DOSSIER) if verb.name.endswith((".export", ".print_list"))),
)  # fmt: skip
