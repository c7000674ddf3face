"""Reports of a day, week, month, quarter or year: made, looked at, worded, closed for good, and compared with today's figures."""

from __future__ import annotations

from typing import cast

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Money, Note, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.modules.statistics import queries
from salesdesk.modules.statistics.comparing import Difference, differences
from salesdesk.modules.statistics.figures import Figures, work_out
from salesdesk.modules.statistics.keeping import fingerprint, keep, kept_figures, report_uid, same_report, unchanged
from salesdesk.modules.statistics.measures import Measure, by_uid, usual
from salesdesk.modules.statistics.model import FIGURES, KIND, REPORT
from salesdesk.modules.statistics.periods import PAPERS, Kind, Period, finished, named
from salesdesk.modules.statistics.words import advice_words, cause_words, change_words, signed
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import SEEN, gone, overtaken
from salesdesk.services.roles import Role

MONEY = Money()
AUTOMATIC = "report.auto"
"""Setting: which reports make themselves."""
_EXAMPLES = {"day": "2026-11-30", "week": "2026-W48", "month": "2026-11", "quarter": "2026-Q4", "year": "2026"}


def period_asked(ctx: Context, args: Row, measure: Measure) -> Period:
    """The period that was named, else the latest one that is over. Raises Refused."""
    kind = cast(Kind, args["kind"])
    text = str(args.get("period") or "")
    found = named(kind, text, measure.closing) if text else finished(kind, ctx.today, measure.closing)
    if found is None or found.first > ctx.today:
        raise Refused(
            Problem(
                f"期间「{text}」{'还没到' if found else '看不懂'}", f"请写成 {_EXAMPLES[kind]}，或期间里的任何一天",
                path="period", place="「期间」", code="period",
            )
        )  # fmt: skip
    return found


def measure_asked(ctx: Context, args: Row) -> Measure:
    """The 口径 that was named, else the usual one."""
    return by_uid(ctx.work, str(args["measure"])) if args.get("measure") else usual(ctx.work)


def drafted(found: Figures) -> Figures:
    """With the sentences the program proposes."""
    return found._replace(drafted=(cause_words(found), advice_words(found)))


def make_one(ctx: Context, period: Period, measure: Measure) -> tuple[Row, Figures]:
    """Make a report, or work an open one of the same period out anew; sentences somebody wrote stay."""
    work = ctx.work
    found = drafted(work_out(work, measure, period, ctx.today))
    old = same_report(work, period, measure)
    if old is None:
        uid = work.insert(
            REPORT,
            {
                "uid": report_uid(work, period, measure),
                "number": work.next_number("BB"),
                "kind": period.kind,
                "title": period.label,
                "state": "new",
                "first": period.first,
                "last": period.last,
                "measure": measure.uid or None,
                "measured": measure.words,
                "cause": found.drafted[0],
                "advice": found.drafted[1],
                "made_at": ctx.now,
            },
        )
    else:
        uid = str(old["uid"])
        before = kept_figures(work, uid).drafted
        words = {
            key: fresh
            for key, was, fresh in zip(("cause", "advice"), before, found.drafted, strict=True)
            if (old[key] or "") == was
        }
        again = {"state": "new"} if _before_its_end(old) and period.last < ctx.today else {}
        work.update(REPORT, uid, {**words, **again, "made_at": ctx.now})
    keep(work, uid, found)
    return work.get(REPORT, uid) or {}, found


def _before_its_end(row: Row) -> bool:
    """Whether a report was made while its period still went on."""
    return str(row["made_at"] or "")[:10] <= str(row["last"])


def make(ctx: Context, args: Row) -> Outcome:
    """One report on demand; a closed one is shown as it is."""
    measure = measure_asked(ctx, args)
    period = period_asked(ctx, args, measure)
    old = same_report(ctx.work, period, measure)
    if old is not None and old["state"] == "closed":
        words = f"{old['title']}的{PAPERS[period.kind]} {old['number']} 已经封存，数字不再改；用「为什么变了」看现在差在哪里"
        return Outcome(str(old["uid"]), words, told(old, kept_figures(ctx.work, str(old["uid"]))))
    row, found = make_one(ctx, period, measure)
    ctx.work.title = f"{PAPERS[period.kind]} {period.label}"
    changed = change_words(found.whole.amount, found.whole.before, "上期")
    return Outcome(str(row["uid"]), f"已做{ctx.work.title}：{changed}", told(row, found))


def told(row: Row, found: Figures) -> Row:
    """What a script gets to hear of a report."""
    whole = found.whole
    return {
        "number": row["number"],
        "amount": MONEY.wire(whole.amount),
        "before": MONEY.wire(whole.before),
        "year_before": MONEY.wire(whole.year_before),
        "docs": whole.docs,
        "customers": found.buyers,
        "measured": row["measured"],
    }


def due_kinds(setting: object) -> list[Kind]:
    """The kinds of report that make themselves."""
    return [kind for kind in str(setting or "").split(",") if kind in PAPERS]


LOOKED_BACK: dict[Kind, int] = {"day": 10, "week": 5, "month": 3, "quarter": 2, "year": 1}
"""Periods that are made up for when nobody opened the program in time: a week off and the days around it, some weeks, a quarter."""


def waiting_periods(reader: Reader, today: str, setting: object) -> list[Period]:
    """Periods that are over, in which something was sold, and of which nobody made a report yet, the oldest first.

    Those before the latest report of their kind are nobody's concern any more, and where there was none yet only the latest is.
    """
    measure = usual(reader)
    found: list[Period] = []
    for kind in due_kinds(setting):
        latest = str(
            reader.value(
                f"SELECT max(last) FROM {REPORT.key} WHERE kind = ? AND last < ? AND void = 0"
                " AND (state = 'closed' OR substr(made_at, 1, 10) > last)",
                (kind, today),
            )
            or ""
        )
        of_kind: list[Period] = []
        period = finished(kind, today, measure.closing)
        for _ in range(LOOKED_BACK[kind]):
            if period.last <= latest:
                break
            if queries.total(reader, measure, period.first, period.last).docs:
                of_kind.insert(0, period)
            period = period.previous
        found += of_kind if latest else of_kind[-1:]
    return found


def due(ctx: Context, args: Row) -> Outcome:
    """Make the reports whose time has come: at the end of a period, or at the next start."""
    measure = usual(ctx.work)
    made = [
        make_one(ctx, period, measure)[0]
        for period in waiting_periods(ctx.work, ctx.today, ctx.settings.get(AUTOMATIC))
    ]
    titles = "、".join(f"{PAPERS[row['kind']]} {row['title']}" for row in made)
    ctx.work.title = f"自动做报表：{titles}"
    return Outcome("", f"已做 {titles}" if made else "", {"made": [row["number"] for row in made]})


def live(ctx: Context, args: Row) -> Row:
    """The report a verb is about. Raises Refused when there is none."""
    row = ctx.work.get(REPORT, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(REPORT))
    return row


def still_open(ctx: Context, args: Row) -> Row:
    """A report that is not closed yet. Raises Refused."""
    row = live(ctx, args)
    if row["state"] == "closed":
        raise Refused(
            Problem(f"{row['number']} 已封存，不能再改", "要新的数字请另做一份报表", path="uid", code="closed")
        )
    return row


def seen(ctx: Context, args: Row) -> Outcome:
    """Somebody looked at a report."""
    row = still_open(ctx, args)
    ctx.work.update(REPORT, str(row["uid"]), {"state": "seen"})
    ctx.work.title = f"看过{PAPERS[row['kind']]} {row['title']}"
    return Outcome(str(row["uid"]), f"已{ctx.work.title}")


def save(ctx: Context, args: Row) -> Outcome:
    """Other words for the cause or the advice."""
    row = still_open(ctx, args)
    words: Row = {key: args[key] for key in ("cause", "advice") if key in args and args[key] != row[key]}
    ctx.check(overtaken(ctx.work, REPORT, str(row["uid"]), args.get("seen"), words))
    ctx.work.update(REPORT, str(row["uid"]), words)
    ctx.work.title = f"改{PAPERS[row['kind']]}的说明 {row['title']}"
    return Outcome(str(row["uid"]), f"已{ctx.work.title}" if words else "没有改动")


def close(ctx: Context, args: Row) -> Outcome:
    """Freeze the figures as they stand at this moment, with their hash; they never change again."""
    row = still_open(ctx, args)
    if row["last"] >= ctx.today:
        raise Refused(Problem(f"{row['title']}还没过完", f"{row['last']} 以后再封存", path="uid", code="not_over"))
    measure = by_uid(ctx.work, row["measure"])
    uid = str(row["uid"])
    period = Period(row["kind"], row["first"], row["last"], measure.closing)
    found = work_out(ctx.work, measure, period, ctx.today)._replace(
        drafted=(str(row["cause"] or ""), str(row["advice"] or ""))
    )
    keep(ctx.work, uid, found)
    values = {"state": "closed", "closed_at": ctx.now, "closed_by": ctx.operator, "hash": fingerprint(found.text())}
    ctx.work.update(REPORT, uid, values)
    ctx.work.title = f"封存{PAPERS[row['kind']]} {row['title']}"
    moved = found.whole.amount - int(row["amount"] or 0)
    changed = f"，比做报表时{'多' if moved > 0 else '少'} {MONEY.show(abs(moved))} 元" if moved else ""
    return Outcome(
        uid, f"已{ctx.work.title}，销售额 {MONEY.show(found.whole.amount)} 元{changed}", {"hash": values["hash"]}
    )


def void(ctx: Context, args: Row) -> Outcome:
    """Take an open report out of use."""
    row = still_open(ctx, args)
    for one in ctx.work.of_parent(FIGURES, str(row["uid"])):
        ctx.work.void(FIGURES, one["uid"])
    ctx.work.void(REPORT, str(row["uid"]))
    ctx.work.title = f"作废{PAPERS[row['kind']]} {row['title']}"
    return Outcome(str(row["uid"]), f"已{ctx.work.title}")


def compare(ctx: Context, args: Row) -> Outcome:
    """为什么变了: the papers whose part in the report is another now, who changed them and when; they add up exactly."""
    row = live(ctx, args)
    kept = kept_figures(ctx.work, str(row["uid"]))
    found = differences(ctx.work, row, kept, ctx.settings.veil)
    if row["state"] == "closed" and not unchanged(ctx.work, row):
        ctx.warnings.append(
            Problem(
                "封存的底稿被改过，和封存时的指纹不一样",
                "请和备份里的同一份报表对照",
                place=str(row["number"]),
                code="hash",
            )
        )
    profits = kept.goods and profit_shown(ctx)
    moved, profit_moved = found.now - found.then, found.profit_now - found.profit_then
    words = f"{row['title']}销售额当时 {MONEY.show(found.then)}，现在 {MONEY.show(found.now)}"
    words += f"，差 {signed(moved)} 元" if moved else "，没有变"
    if profit_moved:
        words += f"；利润当时 {MONEY.show(found.profit_then)}，现在 {MONEY.show(found.profit_now)}，差 {signed(profit_moved)} 元"
    data = {
        "then": MONEY.wire(found.then),
        "now": MONEY.wire(found.now),
        "difference": MONEY.wire(moved),
        "papers": [_told_difference(one, profits) for one in found.papers],
    }
    if profits:
        data["profit"] = {
            "then": MONEY.wire(found.profit_then),
            "now": MONEY.wire(found.profit_now),
            "difference": MONEY.wire(profit_moved),
        }
    return Outcome(str(row["uid"]), f"{words}；{len(found.papers)} 张单不一样" if found.papers else words, data)


def _told_difference(one: Difference, profits: bool) -> Row:
    told: Row = {
        "entity": one.entity,
        "uid": one.uid,
        "number": one.number,
        "name": one.name,
        "then": MONEY.wire(one.then),
        "now": MONEY.wire(one.now),
        "difference": MONEY.wire(one.now - one.then),
        "why": list(one.why),
    }
    return {**told, "profit_difference": MONEY.wire(one.profit_now - one.profit_then)} if profits else told


def profit_shown(ctx: Context) -> bool:
    """Whether 利润 may be told: it gives the cost away."""
    return "cost" not in ctx.settings.veil


_ONE = Field("uid", "销售报表", Link(entity="sales_report"), required=True)
KIND_FIELD = Field("kind", "种类", KIND, required=True)
PERIOD_FIELD = Field(
    "period", "期间", Text(20), note="如 2026-11-30、2026-W48、2026-11、2026-Q4、2026；不给就是最近过完的"
)
MEASURE_FIELD = Field("measure", "口径", Link(entity="sales_measure"), note="不给就用平时的口径")
_WRITES = ("sales_report", "sales_report_figures")

VERBS = (
    Verb("sales_report.make", "做报表", make, (KIND_FIELD, PERIOD_FIELD, MEASURE_FIELD), changes=_WRITES,
         entity="sales_report", icon="add", note="没封存的会重算，已改过的说明留着"),
    Verb("sales_report.due", "做到期的报表", due, (), changes=_WRITES, icon="clock", palette=False,
         note="日、周、月过完后自动做，放在今日等人看"),
    Verb("sales_report.seen", "看过了", seen, (_ONE,), changes=_WRITES, entity="sales_report", icon="check",
         states=("new",), palette=False),
    Verb("sales_report.save", "改报表说明", save,
         (_ONE, SEEN, Field("cause", "波动原因", Note(), wide=True), Field("advice", "建议", Note(), wide=True)),
         changes=_WRITES, entity="sales_report", icon="save", palette=False),
    Verb("sales_report.close", "封存报表", close, (_ONE,), changes=_WRITES, entity="sales_report", icon="lock",
         states=("new", "seen"), note="数字从此不变，以后有人改单也看得出差在哪里"),
    Verb("sales_report.void", "作废报表", void, (_ONE,), changes=_WRITES, entity="sales_report", icon="delete",
         states=("new", "seen")),
    Verb("sales_report.compare", "为什么变了", compare, (_ONE,), role=Role.VIEWER, entity="sales_report", icon="question",
         note="逐张单说明和做报表时差在哪里，加起来分毫不差"),
)  # fmt: skip
