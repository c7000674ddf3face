"""合同: reviewed by 法务 and 主管, signed, performed, broken, fulfilled or ended (ORD-9); 用印登记 beside it (DOC-6)."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Link, Row, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.documents.contract_model import CONTRACT, CONTRACT_EVENT, SEAL_USE
from salesdesk.persistence.reading import Reader
from salesdesk.services import records
from salesdesk.services.attachments import FILES, attach
from salesdesk.services.module import Context, Outcome, Verb, VerbRun

UID = Field("uid", "合同", Link(entity="contract"), required=True)
SEAL_UID = Field("uid", "用印", Link(entity="seal_use"), required=True)
STEPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "contract.submit": (("draft",), ("legal",)),
    "contract.legal": (("legal",), ("manager",)),
    "contract.manager": (("manager",), ("passed",)),
    "contract.send_back": (("legal", "manager", "passed"), ("draft",)),
    "contract.sign": (("passed",), ("running",)),
    "contract.fulfil": (("running",), ("fulfilled",)),
    "contract.end": (("running",), ("ended",)),
}
"""Step -> (states it leads from, states it leads to)."""
MONEY = CONTRACT["amount"].kind
AGREED = ("party", "amount", "ours", "starts", "expires")
"""What was reviewed and signed; changed only by a 变更 that is written down."""


def check_contract(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """What a contract's form must hold."""
    problems = []
    for first, last, title in (("starts", "expires", "到期"), ("signed_on", "expires", "到期")):
        if row.get(first) and row.get(last) and str(row[last]) < str(row[first]):
            told = f"到期 {row[last]} 早于{CONTRACT[first].title} {row[first]}"
            problems.append(Problem(told, "请核对", path=last, place=f"「{title}」", code="contract.days"))
            break
    if row.get("signed_on") and str(row["signed_on"]) > today:
        problems.append(
            Problem(
                f"签订日期 {row['signed_on']} 还没到", "请核对", path="signed_on", place="「签订日期」", code="future"
            )
        )
    if row.get("code") and reader.value(
        "SELECT 1 FROM contract WHERE code = ? AND void = 0 AND uid IS NOT ?",
        (row["code"], row.get("uid") or (before or {}).get("uid")),
    ):
        told = f"合同编号 {row['code']} 已经登记过"
        problems.append(
            Problem(
                told, "确认不是重复登记", path="code", place="「合同编号」", code="same_code", severity=Severity.WARN
            )
        )
    if before is not None and before["state"] in ("running", "fulfilled", "ended"):
        changed = [CONTRACT[key].title for key in AGREED if row.get(key) != before.get(key)]
        if changed:
            told = f"合同签了，{'、'.join(changed)}改了"
            cure = "写明依据（补充协议等），并在履行记录里记一条「变更」"
            problems.append(Problem(told, cure, path="amount", place="合同", code="agreed", severity=Severity.ASK))
    return problems


def check_events(lines: list[Row]) -> list[Problem]:
    """A breach says whose it is."""
    return [
        Problem(
            "违约没有写是谁", "选我方或对方", path=f"events/{i}/liable", place=f"履行记录第 {i + 1} 行", code="liable"
        )
        for i, line in enumerate(lines)
        if line.get("kind") == "breach" and not line.get("liable")
    ]


def save(ctx: Context, args: Row) -> Outcome:
    """Enter or change a contract with what happened to it."""
    if not ctx.work.get(CONTRACT, str(args.get("uid") or "")):
        args = {
            **args,
            "number": ctx.work.next_number("HT"),
            "state": "draft",
            "ours": args.get("ours") or ctx.settings.company or None,
        }
    ctx.check(check_events(args.get("events") or []))
    made = records.save(ctx, CONTRACT, args, check_contract, {"events": CONTRACT_EVENT})
    return Outcome(made.uid, made.message, {"number": ctx.work.named(CONTRACT, made.uid)})


def imported(ctx: Context, uid: str, extra: Row) -> None:
    """A contract of an imported register: one with a day of signing is being performed, any other is a draft."""
    row = ctx.work.get(CONTRACT, uid) or {}
    if row["state"] is None:
        state = "running" if row["signed_on"] else "draft"
        values = {
            "number": ctx.work.next_number("HT"),
            "state": state,
            "ours": row["ours"] or ctx.settings.company or None,
        }
        ctx.work.update(CONTRACT, uid, values)


def imported_seal(ctx: Context, uid: str, extra: Row) -> None:
    """A use of a seal of an imported register gets its number."""
    row = ctx.work.get(SEAL_USE, uid) or {}
    if row["number"] is None:
        ctx.work.update(SEAL_USE, uid, {"number": ctx.work.next_number("YY"), "day": row["day"] or ctx.today})


def _step_on(ctx: Context, args: Row, verb: str, doing: str, values: Row) -> Outcome:
    row = ctx.work.get(CONTRACT, str(args["uid"]))
    if row is None or row["void"]:
        raise Refused(records.gone(CONTRACT))
    if row["state"] not in STEPS[verb][0]:
        told = f"{row['number']} 现在是「{CONTRACT['state'].kind.show(row['state'])}」，不能{doing}"
        raise Refused(Problem(told, "请刷新列表，看它走到哪一步", path="uid", code="contract.state"))
    attach(ctx, CONTRACT, row["uid"], str(args.get("files") or ""))
    ctx.work.update(CONTRACT, row["uid"], {"state": STEPS[verb][1][0], **values})
    ctx.work.title = f"{doing}合同 {row['number']}"
    return Outcome(row["uid"], f"已{ctx.work.title}", {"state": STEPS[verb][1][0]})


def submit(ctx: Context, args: Row) -> Outcome:
    """送审 to 法务; whoever reviews wants to see an amount and a period."""
    row = ctx.work.get(CONTRACT, str(args["uid"])) or {}
    lacking = [CONTRACT[key].title for key in ("amount", "expires") if row.get(key) is None]
    if lacking:
        told, cure = f"还没填{'、'.join(lacking)}", "框架合同没有金额、不定期没有到期的，写明原因"
        ctx.check([Problem(told, cure, place="合同", code="lacking", severity=Severity.ASK)])
    return _step_on(ctx, args, "contract.submit", "送审", {})


def legal(ctx: Context, args: Row) -> Outcome:
    """法务审查 passed."""
    values = {"legal_by": args["who"], "legal_at": ctx.now, "legal_said": args.get("said")}
    return _step_on(ctx, args, "contract.legal", "法务审过", values)


def manager(ctx: Context, args: Row) -> Outcome:
    """主管审查 passed; not by the one who reviewed it as 法务."""
    row = ctx.work.get(CONTRACT, str(args["uid"])) or {}
    if row.get("legal_by") == args["who"]:
        told, cure = f"{args['who']} 既审法务又审主管", "请换一个人；公司允许的写明原因"
        ctx.check([Problem(told, cure, path="who", place="「主管」", code="own", severity=Severity.ASK)])
    values = {"manager_by": args["who"], "manager_at": ctx.now, "manager_said": args.get("said")}
    return _step_on(ctx, args, "contract.manager", "主管审过", values)


def send_back(ctx: Context, args: Row) -> Outcome:
    """Back to be worked over; both reviews are done anew."""
    row = ctx.work.get(CONTRACT, str(args["uid"])) or {}
    key = "manager_said" if row.get("state") == "manager" else "legal_said"
    cleared = dict.fromkeys(("legal_by", "legal_at", "manager_by", "manager_at"))
    return _step_on(ctx, args, "contract.send_back", "退回", {**cleared, key: f"退回：{args['why']}"})


def sign(ctx: Context, args: Row) -> Outcome:
    """签订: from now on it is performed."""
    day = str(args.get("day") or ctx.today)
    if day > ctx.today:
        raise Refused(Problem(f"签订日期 {day} 还没到", "请核对", path="day", place="「签订日期」", code="future"))
    row = ctx.work.get(CONTRACT, str(args["uid"])) or {}
    values = {"signed_on": day, "starts": row.get("starts") or day}
    made = _step_on(ctx, args, "contract.sign", "签订", values)
    ctx.check(check_contract(ctx.work, {**row, **values}, row, ctx.today))
    return made


def fulfil(ctx: Context, args: Row) -> Outcome:
    """履行完: no breach is left open, and less than the amount needs a reason."""
    row = ctx.work.get(CONTRACT, str(args["uid"])) or {}
    problems = []
    if row.get("breaches"):
        cure = "在履行记录里填了结日期"
        problems.append(Problem(f"还有 {row['breaches']} 条违约没了结", cure, place="履行记录", code="breach_open"))
    if row.get("amount") and (row.get("performed") or 0) < row["amount"]:
        told = f"已履行 {MONEY.show(row.get('performed') or 0)}，合同是 {MONEY.show(row['amount'])}"
        problems.append(
            Problem(told, "补记履行，或写明原因", place="履行记录", code="performed", severity=Severity.ASK)
        )
    ctx.check(problems)
    return _step_on(ctx, args, "contract.fulfil", "履行完", {})


def end(ctx: Context, args: Row) -> Outcome:
    """终止 before its time, with the reason."""
    return _step_on(ctx, args, "contract.end", "终止", {"ended_why": args["why"]})


def void(ctx: Context, args: Row) -> Outcome:
    """Only what was never signed is voided; a signed one is ended."""
    row = ctx.work.get(CONTRACT, str(args["uid"]))
    if row is not None and row["state"] in ("running", "fulfilled", "ended"):
        raise Refused(Problem(f"{row['number']} 签过了，不能作废", "用「终止」", path="uid", code="signed"))
    return records.void(ctx, CONTRACT, str(args["uid"]))


# -- seals -------------------------------------------------------------------------------------------------------------


def check_seal(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """A seal that leaves the house has a day to be back; a day that has not come is no use of a seal."""
    problems = []
    if row.get("day") and str(row["day"]) > today:
        problems.append(
            Problem(f"用印日期 {row['day']} 还没到", "请核对", path="day", place="「用印日期」", code="future")
        )
    if row.get("taken_out") and not row.get("due"):
        problems.append(Problem("印章带出没有归还期限", "写哪天还", path="due", place="「归还期限」", code="seal.due"))

    def fresh(*keys: str) -> bool:
        return before is None or any(row.get(key) != before.get(key) for key in keys)

    if row.get("approved_by") and row["approved_by"] == row.get("applicant") and fresh("approved_by", "applicant"):
        told, cure = f"{row['applicant']} 自己批自己用印", "请换一个批准人；公司允许的写明原因"
        problems.append(Problem(told, cure, path="approved_by", place="「批准人」", code="own", severity=Severity.ASK))
    contract = reader.get(CONTRACT, row.get("contract")) if fresh("contract", "seal") else None
    if contract is not None and contract["state"] in ("draft", "legal", "manager"):
        told = f"合同 {contract['number']} 还没审完（{CONTRACT['state'].kind.show(contract['state'])}）"
        problems.append(
            Problem(
                told,
                "审完再盖章；急用写明原因",
                path="contract",
                place="「合同」",
                code="unreviewed",
                severity=Severity.ASK,
            )
        )
    return problems


def save_seal(ctx: Context, args: Row) -> Outcome:
    """用印登记."""
    if not ctx.work.get(SEAL_USE, str(args.get("uid") or "")):
        args = {
            **args,
            "number": ctx.work.next_number("YY"),
            "day": args.get("day") or ctx.today,
            "keeper": args.get("keeper") or ctx.operator or None,
        }
    made = records.save(ctx, SEAL_USE, args, check_seal)
    return Outcome(made.uid, made.message, {"number": ctx.work.named(SEAL_USE, made.uid)})


def seal_back(ctx: Context, args: Row) -> Outcome:
    """The seal that was taken out is back."""
    row = ctx.work.get(SEAL_USE, str(args["uid"]))
    if row is None or row["void"]:
        raise Refused(records.gone(SEAL_USE))
    if not row["taken_out"] or row["returned_at"]:
        raise Refused(Problem(f"{row['number']} 的印章没有带出，或已经还了", "请刷新列表", path="uid", code="not_out"))
    ctx.work.update(SEAL_USE, row["uid"], {"returned_at": ctx.now})
    ctx.work.title = f"印章归还 {row['number']}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


def _step(verb: str, title: str, run: VerbRun, *params: Field, also: tuple[str, ...] = (), icon: str = "") -> Verb:
    return Verb(
        verb,
        title,
        run,
        (UID, *params),
        changes=("contract", *also),
        entity="contract",
        states=STEPS[verb][0],
        icon=icon,
    )


REASON = Field("reason", "原因", Text(200))
SAID = Field("said", "意见", Text(400))
WHY = Field("why", "原因", Text(200), required=True)
VERBS = (
    Verb(
        "contract.save", "保存合同", save,
        (records.UID, records.SEEN, *CONTRACT.typed_fields, records.line_params(CONTRACT_EVENT, "履行记录", "events")),
        changes=("contract", "contract_event"), entity="contract", icon="save",
    ),
    Verb("contract.void", "作废合同", void, (UID,), changes=("contract", "contract_event"), entity="contract", icon="delete"),
    _step("contract.submit", "送审", submit, REASON, icon="send"),
    _step("contract.legal", "法务通过", legal, Field("who", "法务", Text(40), required=True), SAID, FILES, also=("attachment",), icon="shield"),
    _step("contract.manager", "主管通过", manager, Field("who", "主管", Text(40), required=True), SAID, FILES, REASON,
          also=("attachment",), icon="check"),
    _step("contract.send_back", "退回修改", send_back, WHY, icon="undo"),
    _step("contract.sign", "签订", sign, Field("day", "签订日期", Day(), note="空着就是今天"), FILES, also=("attachment",), icon="edit"),
    _step("contract.fulfil", "履行完", fulfil, REASON, icon="checkmark_circle"),
    _step("contract.end", "终止", end, WHY, icon="stop"),
    Verb("seal_use.save", "保存用印登记", save_seal, (records.UID, records.SEEN, *SEAL_USE.typed_fields), changes=("seal_use",),
         entity="seal_use", icon="save"),
    Verb("seal_use.void", "作废用印登记", lambda ctx, args: records.void(ctx, SEAL_USE, args["uid"]), (SEAL_UID,), changes=("seal_use",),
         entity="seal_use", icon="delete"),
    Verb("seal_use.returned", "印章归还", seal_back, (SEAL_UID,), changes=("seal_use",), entity="seal_use", icon="undo", states=("taken_out",)),
)  # fmt: skip
