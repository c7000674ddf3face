"""Writing down a 口径: each change is a new version, the old one stays for the reports made by it; sums added up again."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Int, Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.statistics import summary
from salesdesk.modules.statistics.measures import closings, measure_of
from salesdesk.modules.statistics.model import MEASURE
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import SEEN, UID, gone, missing, record_verbs
from salesdesk.services.roles import Role

LATEST_CLOSING = 28
_MEANING = ("by", "tax", "back", "closing")


def save(ctx: Context, args: Row) -> Outcome:
    """A new 口径, or a new version of one. What only changes its note or whether it is the usual one makes no version."""
    work = ctx.work
    uid = str(args.get("uid") or "")
    before = work.get(MEASURE, uid) if uid else None
    if uid and (before is None or before["void"]):
        raise Refused(gone(MEASURE))
    given = {k: v for k, v in args.items() if k in MEASURE.by_key}
    row = {**(before or {}), **given}
    problems = missing(MEASURE, row)
    if int(row.get("closing") or 0) > LATEST_CLOSING:
        problems.append(
            Problem(f"结账日 {row['closing']} 太大", "请填 1 到 28；月底结账就空着，按自然月算", path="closing",
                    place="「财务月结账日」", code="closing")
        )  # fmt: skip
    name = str(row.get("name") or "")
    newest = int(
        work.value(f"SELECT coalesce(max(version), 0) FROM {MEASURE.key} WHERE name = ? AND void = 0", (name,))
    )
    if newest and (before is None or before["name"] != name):
        problems.append(
            Problem(
                f"已经有口径「{name}」",
                "要改它就打开它改，会存成新的一版",
                path="name",
                place="「口径名称」",
                code="taken",
            )
        )
    if before is not None and int(before["version"] or 1) < newest and before["name"] == name:
        problems.append(Problem(f"这是「{name}」的旧版本", f"请打开第 {newest} 版来改", path="uid", code="old_version"))
    ctx.check(problems)
    if row.get("usual"):
        for other in work.column(f"SELECT uid FROM {MEASURE.key} WHERE usual = 1 AND uid != ? AND void = 0", (uid,)):
            work.update(MEASURE, other, {"usual": 0})
    same = before is not None and before["name"] == name and all(row.get(k) == before[k] for k in _MEANING)
    if same:
        work.update(MEASURE, uid, {k: row.get(k) for k in ("note", "usual")})
    else:
        values = {k: row.get(k) for k in ("name", *_MEANING, "usual", "note")}
        if before is not None and before["usual"]:
            work.update(MEASURE, uid, {"usual": 0})
        uid = work.insert(MEASURE, {**values, "version": newest + 1 if before is not None else 1})
    stored = work.get(MEASURE, uid) or {}
    work.title = f"统计口径 {name} 第 {stored['version']} 版"
    return Outcome(uid, f"已记下{work.title}", {"words": measure_of(stored).words})


def refresh(ctx: Context, args: Row) -> Outcome:
    """Add up the kept sums that are missing; nothing shared is written."""
    made = summary.refresh(ctx.work, ctx.today, closings(ctx.work), ctx.progress, int(args.get("most") or 0))
    return Outcome("", f"汇总了 {made} 段" if made else "汇总都是新的", {"pieces": made})


def rebuild(ctx: Context, args: Row) -> Outcome:
    """Throw all kept sums away and add them up anew."""
    made = summary.rebuild(ctx.work, ctx.today, closings(ctx.work), ctx.progress)
    return Outcome("", f"已重算 {made} 段汇总", {"pieces": made})


_WRITES = ("sales_measure",)
"""The kept sums are no records and leave no operation behind; naming something makes the verb run where it may write."""
VERBS = (
    Verb(
        "sales_measure.save",
        "保存统计口径",
        save,
        (UID, SEEN, *(f for f in MEASURE.fields if f.typed)),
        role=Role.CLERK,
        changes=("sales_measure",),
        entity="sales_measure",
        icon="save",
    ),
    *(v for v in record_verbs(MEASURE) if v.name not in ("sales_measure.save",)),
    Verb("statistics.refresh", "更新统计汇总", refresh,
         (Field("most", "最多几段", Int(least=1), note="不给就全部；一次少做几段，别人存单不用久等"),), changes=_WRITES, icon="refresh", palette=False,
         note="把过去各月的合计算好放着，统计打开更快"),
    Verb("statistics.rebuild", "重算统计汇总", rebuild, changes=_WRITES, icon="refresh", note="丢掉放着的合计，逐单重新加"),
)  # fmt: skip
