"""What is done with a problem: noted, told, reported, closed with its result, opened again, looked back on."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Note, Row, Stamp, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.progress.problem_model import CUSTOMER, FOUR, HOW, ORDER_PROBLEM, WHOM
from salesdesk.modules.progress.problem_rules import REPORT_SETTING, TELL, check_close, check_problem, report_due
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import record_verbs, save
from salesdesk.services.register_io import io_verbs
from salesdesk.services.roles import Role
from salesdesk.services.working_days import known_days

KEY = ORDER_PROBLEM.key


def _load(ctx: Context, uid: object, state: str = "open") -> Row:
    row = ctx.work.get(ORDER_PROBLEM, str(uid))
    if row is None or row["void"]:
        raise Refused(Problem("没有这个问题", "它可能已经作废，请刷新列表", path="uid", code="unknown_record"))
    if state and row["state"] != state:
        told = "已经关闭" if row["state"] == "closed" else "还没有关闭"
        cure = "要再办请先「重开问题」" if row["state"] == "closed" else "请先「关闭问题」"
        raise Refused(Problem(f"问题 {row['number']} {told}", cure, path="uid", code=str(row["state"])))
    return row


def save_problem(ctx: Context, args: Row) -> Outcome:
    """登记问题: number, customer and days that were not given are filled in; a grade sets the time to report."""
    before = ctx.work.get(ORDER_PROBLEM, str(args.get("uid") or ""))
    row: Row = {**(before or {}), **args}
    if before is not None and "found_at" in args and not args["found_at"]:
        row["found_at"] = args["found_at"] = before["found_at"]
    if before is None:
        row["number"] = args["number"] = ctx.work.next_number("WT")
        args["state"] = "open"
        row["found_at"] = args["found_at"] = args.get("found_at") or ctx.now
        args["found_by"] = args.get("found_by") or ctx.operator
        day = str(row["found_at"])[:10]
        args["seller_due"] = args.get("seller_due") or max(day, ctx.today)
        args["customer_due"] = args.get("customer_due") or dates.next_workday(max(day, ctx.today), known_days(ctx.work))
    order = ctx.work.get("sales_order", row.get("order"))
    if order is not None:
        args["customer"] = order["customer"]
    if row.get("grade") and row.get("found_at"):
        args["report_due"] = report_due(str(row["found_at"]), int(ctx.settings.get(REPORT_SETTING[str(row["grade"])])))
    made = save(ctx, ORDER_PROBLEM, args, lambda reader, new, old, today: check_problem(new, old))
    return Outcome(made.uid, made.message, {"number": row["number"]})


def tell(ctx: Context, args: Row) -> Outcome:
    """登记反馈: the salesperson or the customer was told, by which way and when; gives the words for WeChat."""
    row = _load(ctx, args["uid"])
    who, at = str(args["whom"]), args.get("told_at") or ctx.now
    if at < row["found_at"]:
        raise Refused(
            Problem("早于发现问题的时间", "请核对时间", path="told_at", place="「告知时间」", code="too_early")
        )
    _, told_at, told_how = TELL[who]
    values: Row = {told_at: at, told_how: args.get("how") or "微信"}
    if args.get("next_step"):
        values["next_step"] = args["next_step"]
    ctx.work.update(ORDER_PROBLEM, row["uid"], values)
    ctx.work.title = f"问题 {row['number']} 已{values[told_how]}告诉{who}"
    return Outcome(row["uid"], ctx.work.title, _words(ctx, {**row, **values}, who, str(values[told_how])))


def report(ctx: Context, args: Row) -> Outcome:
    """登记报告: a graded problem was reported upwards; too late is told, not refused."""
    row = _load(ctx, args["uid"])
    if not row["grade"]:
        raise Refused(Problem("普通问题不用报告", "要上报请先选异常等级", path="grade", code="no_grade"))
    at = args.get("reported_at") or ctx.now
    if at < row["found_at"]:
        raise Refused(
            Problem("早于发现问题的时间", "请核对时间", path="reported_at", place="「报告时间」", code="too_early")
        )
    if not row["first_aid"] and not args.get("first_aid"):
        ctx.check([Problem("没写先期处理", "先处理后报告：请写当场做了什么", path="first_aid", place="「先期处理」",
                           code="no_first_aid", severity=Severity.ASK)])  # fmt: skip
    if at > row["report_due"]:
        ctx.warnings.append(
            Problem(
                f"{row['grade']}异常应在 {dates.show_stamp(row['report_due'])} 前报告", "晚报的原因请写进复盘",
                place="「报告时间」", code="reported_late", severity=Severity.WARN,
            )
        )  # fmt: skip
    values: Row = {"reported_to": args["reported_to"], "reported_at": at, "report_how": args.get("how") or "当面"}
    if args.get("first_aid"):
        values["first_aid"] = args["first_aid"]
    ctx.work.update(ORDER_PROBLEM, row["uid"], values)
    ctx.work.title = f"问题 {row['number']} 报告给{args['reported_to']}"
    return Outcome(row["uid"], ctx.work.title, _words(ctx, {**row, **values}, "", str(values["report_how"])))


def _words(ctx: Context, row: Row, whom: str, how: str) -> dict[str, str]:
    """The words for whoever is told; the window lays them into the clipboard when they go by WeChat or mail."""
    text = message(ctx.work, row, whom, ctx.operator)
    return {"text": text, **({"clipboard": text} if how in ("微信", "邮件") else {})}


def close(ctx: Context, args: Row) -> Outcome:
    """关闭问题: with its result; a graded one only when it was reported and all four are filled."""
    row = _load(ctx, args["uid"])
    values: Row = {key: args[key] for key in ("result", *(k for k, _ in FOUR)) if args.get(key)}
    ctx.check(check_close({**row, **values}))
    values |= {"state": "closed", "closed_at": ctx.now, "closed_by": ctx.operator}
    ctx.work.update(ORDER_PROBLEM, row["uid"], values)
    ctx.work.title = f"关闭问题 {row['number']}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


def reopen(ctx: Context, args: Row) -> Outcome:
    """重开问题: it was not over after all; the reason stands in the log."""
    row = _load(ctx, args["uid"], "closed")
    ctx.work.update(ORDER_PROBLEM, row["uid"], {"state": "open", "closed_at": None, "closed_by": None})
    ctx.work.reason = str(args["why"])
    ctx.work.title = f"重开问题 {row['number']}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


def look_back(ctx: Context, args: Row) -> Outcome:
    """写复盘: what is learnt of a closed problem."""
    row = _load(ctx, args["uid"], "closed")
    ctx.work.update(ORDER_PROBLEM, row["uid"], {"review": args["review"]})
    ctx.work.title = f"问题 {row['number']} 写复盘"
    return Outcome(row["uid"], f"已记下{ctx.work.title}")


def wechat(ctx: Context, args: Row) -> Outcome:
    """The problem as a text to paste into WeChat, worded for whom it goes to."""
    row = _load(ctx, args["uid"], "")
    return Outcome(
        row["uid"],
        "文字已备好，可以粘到微信",
        {"text": message(ctx.work, row, str(args.get("whom") or ""), ctx.operator)},
    )


def message(reader: Reader, row: Row, whom: str, operator: str) -> str:
    """The problem in words: the customer reads what it means for his goods and nothing about who is to blame."""
    order = reader.get("sales_order", row["order"]) or {}
    goods = reader.named("product", row["product"])
    if whom == CUSTOMER:
        his = order.get("customer_po") or order.get("number")
        told = [f"您好，{f'贵司订单 {his} ' if his else ''}{f'「{goods}」' if goods else ''}有个情况向您说明："]
        told.append(str(row["what"]))
        if row["next_step"]:
            told.append(f"我们的安排：{row['next_step']}")
        told.append("有任何进展马上告诉您，给您添麻烦了。")
    else:
        grade = f"{row['grade']}异常" if row["grade"] else f"{row['kind']}问题"
        told = [f"【{grade}】{row['number']} {row['kind'] if row['grade'] else ''}".strip()]
        whose = " ".join(filter(None, (reader.named("customer", row["customer"]), order.get("number"), goods)))
        told += [f"客户：{whose}", f"情况：{row['what']}"]
        told += [f"{title}：{row[key]}" for key, title in (("first_aid", "已做"), ("next_step", "下一步")) if row[key]]
        told.append(f"责任人：{row['owner']}，{row['due']} 前解决")
    told.append(operator)
    return "\n".join(filter(None, told))


_UID = Field("uid", "问题", Link(entity=KEY), required=True)
_FOUR = tuple(Field(key, title, Note()) for key, title in FOUR)
_SAVE, _VOID, _RESTORE = record_verbs(ORDER_PROBLEM)

VERBS = (
    Verb(
        f"{KEY}.save", "登记问题", save_problem, _SAVE.params, changes=(KEY,), entity=KEY, icon="warning",
        note="延期、缺料、质量、物流，谁负责、什么时候前解决",
    ),
    _VOID,
    _RESTORE,
    Verb(
        "problem.tell", "登记反馈", tell,
        (
            _UID, Field("whom", "告诉谁", WHOM, required=True, default=CUSTOMER), Field("how", "方式", HOW, default="微信"),
            Field("told_at", "告知时间", Stamp(), note="不给就是现在"), Field("next_step", "下一步", Note(), note="要改才填"),
        ),
        changes=(KEY,), entity=KEY, icon="send", states=("open",), note="告诉了业务员或客户，微信文字同时备好",
    ),
    Verb(
        "problem.report", "登记报告", report,
        (
            _UID, Field("reported_to", "报告给谁", Text(40), required=True), Field("how", "方式", HOW, default="当面"),
            Field("reported_at", "报告时间", Stamp(), note="不给就是现在"),
            Field("first_aid", "先期处理", Note(), note="当场做了什么；已写过就不用填"),
            Field("reason", "原因", Text(200)),
        ),
        changes=(KEY,), entity=KEY, icon="flag", states=("open",),
        note="分级异常：先处理后报告，要在时限内",
    ),
    Verb(
        "problem.close", "关闭问题", close,
        (_UID, Field("result", "处理结果", Note(), required=True), *_FOUR, Field("reason", "原因", Text(200), note="没告诉客户就关闭要写明原因")),
        changes=(KEY,), entity=KEY, icon="check", states=("open",), note="分级异常要四不放过都写清楚",
    ),
    Verb(
        "problem.reopen", "重开问题", reopen, (_UID, Field("why", "为什么重开", Text(200), required=True)),
        changes=(KEY,), entity=KEY, icon="undo", states=("closed",),
    ),
    Verb(
        "problem.review", "写复盘", look_back, (_UID, Field("review", "复盘", Note(), required=True)),
        changes=(KEY,), entity=KEY, icon="lightbulb", states=("closed",),
    ),
    Verb(
        "problem.wechat", "问题微信文字", wechat, (_UID, Field("whom", "发给谁", WHOM)),
        role=Role.VIEWER, entity=KEY, icon="chat", palette=False,
    ),
    *(verb for verb in io_verbs(ORDER_PROBLEM) if verb.name.endswith((".export", ".print_list"))),
)  # fmt: skip
