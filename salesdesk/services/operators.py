"""操作员: who works here with which role and which verbs beyond it, their passwords, logging in and locking (SYS-4)."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Flag, Link, Note, Option, Password, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.services import passwords
from salesdesk.services.module import Actions, Context, Module, Outcome, Verb
from salesdesk.services.roles import Role

ROLE = Choice(
    options=(
        Option("viewer", Role.VIEWER.label, "neutral", "eye"),
        Option("clerk", Role.CLERK.label, "info", "person"),
        Option("manager", Role.MANAGER.label, "ok", "shield"),
    )
)

OPERATOR = Entity(
    "operator",
    "操作员",
    (
        Field("name", "姓名", Text(40), required=True, listed=True, important=True, note="写进每一步操作的记录"),
        Field("role", "角色", ROLE, required=True, listed=True, important=True, default="clerk"),
        Field("active", "在用", Flag(), listed=True, important=True, default="1", note="离职、调岗的停用，不删"),
        Field("allowed", "另外可以做", Note(), note="动作名，用逗号隔开，如 price_list.save、order.*"),
        Field("denied", "不可以做", Note(), note="动作名，用逗号隔开，如 customer.export、stock.*"),
        Field("password", "密码", Password(), fixed=True, important=True),
    ),
    lasting=True,
    icon="person",
)  # fmt: skip


def _people(ctx: Context) -> list[Row]:
    return ctx.work.rows("SELECT * FROM operator WHERE void = 0 ORDER BY rowid")


def _one(ctx: Context, uid: object) -> Row:
    row = ctx.work.get(OPERATOR, str(uid))
    if row is None or row["void"]:
        raise Refused(Problem("没有这个操作员", "请刷新名单", path="uid", code="unknown_record"))
    return row


def begin(ctx: Context, args: Row) -> Outcome:
    """启用操作员: whoever sits here becomes the first operator, as 主管, because somebody has to keep the list."""
    if _people(ctx):
        told = "操作员已经启用了"
        raise Refused(Problem(told, "请在「设置 → 操作员」里添加", code="begun"))
    name = str(args.get("name") or ctx.operator or "")
    if not name:
        raise Refused(Problem("没有写姓名", "请写您的姓名", path="name", place="「姓名」", code="required"))
    kept = passwords.hashed(str(args["password"]), name) if args.get("password") else None
    uid = ctx.work.insert(OPERATOR, {"name": name, "role": "manager", "active": 1, "password": kept})
    if name == ctx.operator:
        ctx.settings.seat.trust(uid)
    ctx.work.title = f"启用操作员，{name} 是主管"
    return Outcome(uid, f"已{ctx.work.title}")


def save(ctx: Context, args: Row) -> Outcome:
    """Take an operator in or change role, verbs and whether he works here; somebody must remain who keeps the list."""
    uid = str(args.get("uid") or "")
    others = [p for p in _people(ctx) if p["uid"] != uid]
    now = _one(ctx, uid) if uid else {}
    row = {k: args.get(k, now.get(k)) for k in ("name", "role", "active", "allowed", "denied")}
    if not now and not others:
        raise Refused(Problem("操作员还没有启用", "请先点「启用操作员」，您自己是第一个", code="not_begun"))
    if any(p["name"] == row["name"] for p in others):
        told = f"已经有操作员「{row['name']}」"
        raise Refused(Problem(told, "重名的请加个字区分", path="name", place="「姓名」", code="same_name"))
    unknown = [n for k in ("allowed", "denied") for n in _verbs(row[k]) if not _known(ctx, n)]
    if unknown:
        cure = "动作名在 salesdesk do --list 里，一类全部写成 order.*"
        raise Refused(Problem(f"没有「{unknown[0]}」这个动作", cure, path="allowed", code="unknown_verb"))
    keeps = [p for p in (*others, row) if p["role"] == "manager" and p["active"]]
    if not any("operator.save" not in _verbs(p["denied"]) and "operator.*" not in _verbs(p["denied"]) for p in keeps):
        told = "这样就没有主管了，谁也管不了操作员"
        raise Refused(Problem(told, "请先让另一个人当主管", path="role", place="「角色」", code="last_manager"))
    if uid:
        ctx.work.update(OPERATOR, uid, row)
    else:
        uid = ctx.work.insert(OPERATOR, row)
    label = Role[str(row["role"]).upper()].label
    ctx.work.title = f"{'修改' if now else '添加'}操作员 {row['name']}（{label}{'' if row['active'] else '，停用'}）"
    return Outcome(uid, f"已{ctx.work.title}")


def _verbs(text: object) -> list[str]:
    return [
        n
        for n in str(text or "").replace("，", ",").replace("、", ",").replace("\n", ",").replace(" ", "").split(",")
        if n
    ]


def _known(ctx: Context, name: str) -> bool:
    if name.endswith(".*"):
        return any(v.startswith(name[:-1]) for v in ctx.registry.verbs)
    return name in ctx.registry.verbs


def set_password(ctx: Context, args: Row) -> Outcome:
    """Set or change a password: one's own with the old one, another's when one keeps the list of operators."""
    seat = ctx.settings.seat
    own = seat.person
    uid = str(args.get("uid") or (own.uid if own else ""))
    if not uid:
        raise Refused(Problem("操作员还没有启用", "请先点「启用操作员」", code="not_begun"))
    row = _one(ctx, uid)
    if own is not None and uid == own.uid:
        if row["password"] and not passwords.matches(row["password"], str(args.get("old") or "")):
            told = "原来的密码不对"
            raise Refused(Problem(told, "请再输一次", path="old", place="「原来的密码」", code="wrong_password"))
    elif not seat.may(ctx.registry.verbs["operator.save"]):
        raise Refused(seat.refusal(ctx.registry.verbs["operator.save"]))
    new = str(args.get("password") or "")
    if own is not None and uid == own.uid:
        seat.trust(uid)
    ctx.work.update(OPERATOR, uid, {"password": passwords.hashed(new, str(row["name"])) if new else None})
    ctx.work.title = f"{'设' if new else '取消'}{row['name']} 的密码"
    return Outcome(uid, f"已{ctx.work.title}")


def log_in(ctx: Context, args: Row) -> Outcome:
    """Sit down at this PC, or unlock it."""
    person = ctx.settings.seat.enter(str(args["name"]), str(args.get("password") or ""))
    return Outcome(person.uid, f"{person.name}（{person.role.label}）已登录")


def lock(ctx: Context, args: Row) -> Outcome:
    """Lock this PC until the password is shown again; what is half typed stays."""
    seat = ctx.settings.seat
    if seat.person is None or not seat.person.password:
        told = f"{ctx.operator or '当前操作员'}没有密码，锁了也没用"
        raise Refused(Problem(told, "请先在「设置 → 操作员」里设密码", code="no_password"))
    seat.lock()
    return Outcome("", "已锁定")


_PASSWORD = Field("password", "密码", Password())

VERBS = (
    Verb(
        "operator.begin", "启用操作员", begin,
        (
            Field("name", "您的姓名", Text(40)),
            Field("password", "密码", Password(), note="可以先不设；有一个人设了密码，打开程序就要登录"),
        ),
        changes=("operator",), entity="operator", icon="person_add", palette=False,
        note="您成为第一个操作员，角色是主管；之后各人的角色以名单为准",
    ),
    Verb(
        "operator.save", "保存操作员", save,
        (Field("uid", "操作员", Link(entity="operator")), *OPERATOR.typed_fields),
        role=Role.MANAGER, changes=("operator",), entity="operator", icon="save", palette=False,
        note="角色和个别动作的权利，所有同步的电脑都算数",
    ),
    Verb(
        "operator.password", "设密码", set_password,
        (
            Field("uid", "操作员", Link(entity="operator"), note="不给就是自己"),
            Field("old", "原来的密码", Password(), note="改自己的才要"),
            Field("password", "新密码", Password(), note="空着就是取消密码"),
        ),
        role=Role.VIEWER, changes=("operator",), entity="operator", icon="lock", palette=False,
    ),
    Verb(
        "operator.login", "登录", log_in,
        (Field("name", "操作员", Text(40), required=True), _PASSWORD),
        role=Role.VIEWER, entity="operator", icon="person", palette=False, unlocked=True,
        note="密码不对会记进查看记录，越错等得越久",
    ),
    Verb(
        "operator.lock", "锁定", lock, role=Role.VIEWER, icon="lock", unlocked=True, shortcut="Ctrl+Alt+L",
        note="离开座位时锁上，输密码接着做；打了一半的都在",
    ),
)  # fmt: skip

MODULE = Module("operators", "操作员", "person", 994, entities=(OPERATOR,), actions=Actions(VERBS), page=False)
