"""Puts a dossier together in a folder that is not yet in its place: papers, evidence, history, index and cover."""

from __future__ import annotations

import shutil
import zipfile
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from salesdesk.domain.errors import EnvironmentFault
from salesdesk.domain.kinds import Int, Row, Stamp, Text
from salesdesk.modules.dossiers.contents import Contents, history_text
from salesdesk.modules.dossiers.paths import room_for_file, shortened, unique
from salesdesk.services.attachments import stored_at
from salesdesk.services.files import faults_of, sha256_of
from salesdesk.services.module import Context

COVER, INDEX, HISTORY = "封面.pdf", "目录.xlsx", "经过.txt"
OWN_FILES = "09 后来放入"
ARCHIVE = "归档"


def stood_at(data: Path, row: Row) -> Path:
    """Where the folder of a stored dossier is; without a root it lies in the archive of the data folder."""
    return (Path(row["root"]) if row["root"] else data / ARCHIVE) / PurePosixPath(row["folder"])


class Filed(NamedTuple):
    """One file of the dossier: its path inside with /, its hash and size, what it is and where it comes from."""

    path: str
    sha256: str
    size: int
    what: str


def build(
    ctx: Context, found: Contents, root: Path, folder: PurePosixPath, stage: Path, previous: Row | None
) -> list[Filed]:
    """Fill `stage` with the dossier that will stand at root/folder; returns its files. Raises EnvironmentFault or Refused.

    previous: the record and `paths` of the dossier that this one takes the place of; files somebody laid into its folder come along.
    """
    made: list[Filed] = []
    taken: dict[str, set[str]] = {}

    def target(part: str, name: str) -> Path:
        room = room_for_file(root, folder, part)
        chosen = unique(shortened(name, room), taken.setdefault(part, set()), room)
        (stage / part).mkdir(parents=True, exist_ok=True)
        return stage / part / chosen

    def keep(path: Path, what: str) -> None:
        made.append(_filed(stage, path, what))

    with faults_of(stage, "保存"):
        stage.mkdir(parents=True)
        for one in found.members:
            for paper in one.papers:
                verb = ctx.registry.verbs[f"{paper}.preview"]
                name = f"{verb.title.removeprefix('预览')} {one.row.get(one.entity.naming) or ''}".strip()
                path = target(one.part, f"{name}.pdf")
                verb.run(ctx, {"uid": one.row["uid"], "out": str(path)})
                keep(path, name)
        for member, row in found.evidence:
            source = stored_at(ctx.folder, str(row["sha256"]))
            path = target(member.part if row.get("printed") else member.evidence_part, str(row["name"]))
            _copy(source, path, str(row["sha256"]), member.name, str(row["name"]))
            keep(path, f"{member.name}{'当时打的' if row.get('printed') else '的附件'}")
        history = stage / HISTORY
        history.write_bytes(b"\xef\xbb\xbf" + history_text(ctx.work, found).encode("utf-8"))
        keep(history, "全部经过")
        for path, what in _brought(ctx, root, folder, previous, {one.path for one in made}, stage):
            keep(path, what)
        made.sort(key=lambda one: one.path)
        cover = stage / COVER
        cover.write_bytes(_cover(ctx, found, made))
        keep(cover, "封面")
        _index(stage / INDEX, found, made)
    return made


def _filed(stage: Path, path: Path, what: str) -> Filed:
    data = path.read_bytes()
    return Filed(path.relative_to(stage).as_posix(), sha256_of(data), len(data), what)


def _copy(source: Path, target: Path, sha256: str, owner: str, name: str) -> None:
    """Copy one piece of evidence; a file that is gone or changed on this PC is told, never filed silently."""
    try:
        data = source.read_bytes()
    except FileNotFoundError:
        raise EnvironmentFault(
            f"{owner}的附件《{name}》不在本机", "它可能在登记它的那台电脑上；请先同步，或从备份恢复 attachments 文件夹"
        ) from None
    if sha256_of(data) != sha256:
        raise EnvironmentFault(f"{owner}的附件《{name}》内容坏了", "请从备份恢复 attachments 文件夹，再归档")
    target.write_bytes(data)


def _brought(
    ctx: Context, root: Path, folder: PurePosixPath, previous: Row | None, have: set[str], stage: Path
) -> list[tuple[Path, str]]:
    """Files that somebody laid into the folder by hand: neither ours then nor now; copied to a part of their own."""
    known = set(have) | {COVER, INDEX}
    places = [root / folder]
    if previous is not None:
        known |= {path for path in previous["paths"] if not path.startswith(OWN_FILES)}
        places.append(stood_at(ctx.folder, previous))
    found = []
    for place in dict.fromkeys(places):
        if not place.is_dir():
            continue
        for path in sorted(p for p in place.rglob("*") if p.is_file()):
            inside = path.relative_to(place).as_posix()
            if inside in known:
                continue
            known.add(inside)
            own = inside.removeprefix(OWN_FILES + "/")
            copy = stage / OWN_FILES / PurePosixPath(own)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)
            found.append((copy, "后来放入的"))
    return found


def _cover(ctx: Context, found: Contents, files: list[Filed]) -> bytes:
    """The first sheet of the dossier: what it is about, what is in it, what is missing."""
    from salesdesk.services.papers.shapes import Sheet, SheetColumn, Signature
    from salesdesk.services.printing import render_sheet

    about = found.about
    sheet = Sheet(
        title="订单档案",
        company=ctx.settings.company,
        number=str(about["number"]),
        pairs=(
            ("客户", str(about["customer_name"] or "")),
            ("区域", str(about["region"] or "")),
            ("下单日期", str(about["order_date"] or "")),
            ("完成日期", str(about["finished_on"] or "")),
            ("业务员", str(about["salesperson"] or "")),
            ("归档", f"{ctx.operator}　{Stamp().show(ctx.now)}"),
        ),
        columns=(
            SheetColumn("序", 4, "center", "code"),
            SheetColumn("文件", 52),
            SheetColumn("内容", 26),
            SheetColumn("指纹（前 12 位）", 14, "center", "code"),
        ),
        rows=tuple((str(i), one.path, one.what, one.sha256[:12]) for i, one in enumerate(files, start=1)),
        notes=(("产品", str(about["products"] or "")), ("还缺", "、".join(found.missing) or "无，齐全")),
        signatures=(Signature("归档", ctx.operator), Signature("审核"), Signature("存放位置")),
        fill_rows=0,
        printed_by=ctx.operator,
        stamp=ctx.now,
    )
    return render_sheet(sheet, "A4").pdf


def _index(path: Path, found: Contents, files: list[Filed]) -> None:
    from salesdesk.services.excel_out import Column, write_table

    columns = [
        Column("序", Int(), 6), Column("文件", Text(), 48), Column("内容", Text(), 30), Column("大小（字节）", Int(), 12),
        Column("SHA-256 指纹", Text(), 68),
    ]  # fmt: skip
    rows = ((i, one.path, one.what, one.size, one.sha256) for i, one in enumerate(files, start=1))
    write_table(path, f"目录 {found.about['number']}", columns, rows)


def zip_folder(folder: Path, target: Path, name: str, stamp: str) -> str:
    """Pack a folder into a zip, `name` outermost, every file dated `stamp`; returns the SHA-256 of the zip."""
    moment = datetime.fromisoformat(stamp).timetuple()[:6]
    with faults_of(target, "保存"), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as pack:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            inside = zipfile.ZipInfo((PurePosixPath(name) / path.relative_to(folder).as_posix()).as_posix(), moment)
            inside.compress_type, inside.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            pack.writestr(inside, path.read_bytes())
    import hashlib

    digest = hashlib.sha256()
    with target.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()
