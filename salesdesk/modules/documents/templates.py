"""合同, 报价单, 产品资料 made from the clerk's own Word and Excel forms with the fields of an order, a customer or a product (DOC-6, ORD-9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Day, Int, Link, Money, Price, Qty, Row, Text
from salesdesk.domain.money import amount_in_words
from salesdesk.domain.problems import Problem
from salesdesk.domain.text import safe_file_name
from salesdesk.modules.documents import texts
from salesdesk.modules.documents.contract_model import SUBJECT, TEMPLATE
from salesdesk.modules.documents.keeping import add_version, called
from salesdesk.modules.documents.model import DOCUMENT, SECRET
from salesdesk.services import access, excel_template, records, word_template
from salesdesk.services.attachments import keep, opened_at, store, stored_at
from salesdesk.services.files import output_path, read_whole, write_atomically
from salesdesk.services.module import Context, Outcome, Registry, Verb

LINES = {"sales_order": "order_line"}
"""Child rows that fill the repeated row of a form."""
BESIDE = {"sales_order": ("customer",), "order_line": ("product",)}
"""Linked records whose fields can be named too."""
COMPANY = {
    "公司名称": "company.name", "公司税号": "company.tax_id", "公司地址": "company.address", "公司电话": "company.phone",
    "公司账户": "company.bank",
}  # fmt: skip
OWN = ("今天", "经办人", "大写金额", *COMPANY)
SUFFIXES = (".docx", ".xlsx")


class Word(NamedTuple):
    """One word a form may hold: whose field it is. field None: a word of our own, such as 序号."""

    entity: Entity
    field: Field | None


def words_for(registry: Registry, entity: str) -> dict[str, Word]:
    """The words that the fields of a record type and of the records beside it answer to, nearest first."""
    one = registry.entities[entity]
    found: dict[str, Word] = {}
    for field in _offered(one):
        found.setdefault(field.title, Word(one, field))
    for key in BESIDE.get(entity, ()):
        other = registry.entities[key]
        for field in _offered(other):
            title = field.title if field.title.startswith(other.title) else other.title + field.title
            found.setdefault(title, Word(other, field))
            if entity in LINES.values():
                found.setdefault(field.title, Word(other, field))
    return found


def _offered(entity: Entity) -> Iterator[Field]:
    """Fields that may stand on a paper for others; what things cost us never does."""
    return (f for f in entity if (f.typed or f.listed) and f.masked != "cost" and f.key != entity.parent_key)


def keys_for(registry: Registry, about: str) -> tuple[list[str], list[str]]:
    """(words of the head, words of the repeated row); some, such as 金额, mean the whole outside that row and the line in it."""
    lines = LINES.get(about)
    return [*OWN, *words_for(registry, about)], ["序号", *words_for(registry, lines)] if lines else []


def marks_of(head: list[str], rows: list[str]) -> list[str]:
    """The words that only a line has: they show which row of a table is repeated."""
    return [word for word in rows if word not in head]


def check_form(path: Path, registry: Registry, about: str) -> set[str]:
    """The words of a form. Raises Refused with everything that is wrong with it."""
    head, rows = keys_for(registry, about)
    if path.suffix.lower() not in SUFFIXES:
        told = f"《{path.name}》不能当模板"
        raise Refused(
            Problem(told, "请在 Word、Excel 或 WPS 里另存为 .docx 或 .xlsx", path="file", code="template.kind")
        )
    form = word_template if path.suffix.lower() == ".docx" else excel_template
    problems = form.check(path, head, marks_of(head, rows))
    if problems:
        raise Refused(problems)
    return {word for word in form.words_in(path) if word in head or word in rows}


def add(ctx: Context, args: Row) -> Outcome:
    """Keep a form; the same name again takes the place of the old one, which stays among the evidence."""
    path = Path(str(args["file"]))
    words = check_form(path, ctx.registry, str(args["about"]))
    values: Row = {
        "name": args["name"], "about": args["about"], "file": path.name, "words": "、".join(sorted(words))[:2000],
        "changed_at": ctx.now, "note": args.get("note"),
    }  # fmt: skip
    data = read_whole(path, word_template.LARGEST)
    old = ctx.work.value("SELECT uid FROM paper_template WHERE name = ? AND void = 0", (args["name"],))
    uid = str(old) if old else ctx.work.insert(TEMPLATE, values)
    keep(ctx, TEMPLATE, uid, path.name, data)
    ctx.work.update(TEMPLATE, uid, {**values, "sha256": store(ctx.folder, data)})
    ctx.work.title = f"{'更换' if old else '放入'}模板 {args['name']}"
    return Outcome(uid, f"已{ctx.work.title}，要填 {len(words)} 项", {"words": sorted(words)})


def fill(ctx: Context, args: Row) -> Outcome:
    """Make the paper and keep it as a version of its document: the same form for the same record adds a version."""
    template = ctx.work.get(TEMPLATE, str(args["uid"]))
    if template is None or template["void"]:
        raise Refused(records.gone(TEMPLATE))
    about = str(template["about"])
    entity = ctx.registry.entities[about]
    record = args.get({"sales_order": "order"}.get(about, about))
    row = ctx.work.get(entity, str(record or ""))
    if row is None or row["void"]:
        told = f"模板「{template['name']}」要用一个{entity.title}的资料填"
        raise Refused(
            Problem(told, f"请选{entity.title}", path="order" if about == "sales_order" else about, code="subject")
        )
    suffix = Path(str(template["file"])).suffix.lower()
    data = _filled(ctx, template, about, row, suffix == ".docx")
    name = f"{template['name']} {ctx.work.named(entity, row['uid'])}".strip()
    file_name = f"{safe_file_name(name)}{suffix}"
    target = output_path(args.get("out"), SUFFIXES, ctx.folder / "prints" / file_name)
    write_atomically(target, data)
    document = _document(ctx, f"{template['uid']}/{row['uid']}", name, about, row)
    digest = store(ctx.folder, data)
    if document["secrecy"] not in SECRET:
        reading = texts.Reading(ctx)
        reading.take(digest, file_name)
        texts.keep(ctx.work, reading.told)
    add_version(ctx, document["uid"], file_name, digest, len(data), f"按模板「{template['name']}」生成")
    used = set(str(template["words"]).split("、"))
    known = {**words_for(ctx.registry, LINES.get(about, about)), **words_for(ctx.registry, about)}
    secrets = [w.field for word, w in known.items() if word in used and w.field is not None and w.field.masked]
    if secrets:
        access.note(ctx, "export", entity, f"{name}（{target.name}）", secrets, str(row["uid"]))
    ctx.work.title = f"生成 {name}"
    version = ctx.work.value("SELECT max(version) FROM document_file WHERE document = ?", (document["uid"],))
    told = f"已{ctx.work.title}（第 {version} 版），放在{called(document)}里"
    return Outcome(document["uid"], told, {"file": str(target), "version": version})


def _document(ctx: Context, source: str, title: str, about: str, row: Row) -> Row:
    """The document that keeps what is made of one form for one record."""
    found = ctx.work.row(
        "SELECT * FROM document WHERE source = ? AND void = 0 AND state != 'destroyed' LIMIT 1", (source,)
    )
    if found is not None:
        return found
    customer = row["uid"] if about == "customer" else row.get("customer")
    uid = ctx.work.insert(
        DOCUMENT,
        {
            "kind": "made", "state": "loose", "title": title[:160], "secrecy": "inner", "copies": 1, "source": source,
            "retention": ctx.settings.get("document.retention"), "customer": customer, "day": ctx.today,
            "order": row["uid"] if about == "sales_order" else None, "author": ctx.operator or None,
        },
    )  # fmt: skip
    return ctx.work.get(DOCUMENT, uid) or {}


def _filled(ctx: Context, template: Row, about: str, row: Row, word: bool) -> bytes:
    stored = stored_at(ctx.folder, str(template["sha256"]))
    if not stored.is_file():
        cure = "它可能在放进来的那台电脑上；请先同步，或重新放入模板"
        raise Refused(Problem(f"模板「{template['name']}」的文件不在本机", cure, path="uid", code="elsewhere"))
    head_keys, row_keys = keys_for(ctx.registry, about)
    head = _values(ctx, about, row, word)
    head |= {"今天": _told(Day(), ctx.today, word), "经办人": ctx.operator}
    head |= {title: str(ctx.settings.get(key) or "") for title, key in COMPANY.items()}
    head["大写金额"] = amount_in_words(int(row["amount"])) if row.get("amount") else ""
    rows = []
    if about in LINES:
        lines = ctx.registry.entities[LINES[about]]
        for number, line in enumerate(ctx.work.of_parent(lines, row["uid"]), start=1):
            rows.append({"序号": str(number) if word else number, **_values(ctx, lines.key, line, word)})
    inside = {key: head.get(key, "") for key in head_keys}
    marks = marks_of(head_keys, row_keys)
    with _named(ctx, stored, str(template["file"])) as form:
        if word:
            return word_template.fill(form, inside, rows, marks)
        return excel_template.fill(form, inside, rows, marks)


class _named:
    """The stored bytes under the name of the form for as long as they are filled; messages name what the clerk knows."""

    def __init__(self, ctx: Context, stored: Path, name: str) -> None:
        self.path = opened_at(ctx.folder, stored.name) / safe_file_name(name)
        self.data = read_whole(stored, word_template.LARGEST)

    def __enter__(self) -> Path:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return write_atomically(self.path, self.data)

    def __exit__(self, *error: object) -> None:
        self.path.unlink(missing_ok=True)


def _values(ctx: Context, entity: str, row: Row, word: bool) -> dict[str, Any]:
    """What the words of a record and of those beside it stand for."""
    beside = {key: ctx.work.get(key, row.get(key)) or {} for key in BESIDE.get(entity, ())}
    found = {}
    for title, one in words_for(ctx.registry, entity).items():
        holder = row if one.entity.key == entity else beside[one.entity.key]
        assert one.field is not None
        value = holder.get(one.field.key)
        if isinstance(one.field.kind, Link):
            found[title] = ctx.work.named(one.field.kind.entity, value) if one.field.kind.entity and value else ""
        else:
            found[title] = _told(one.field.kind, value, word)
    return found


def _told(kind: Any, value: Any, word: bool) -> Any:
    """Text for Word; for Excel a number or a day where it is one, so that formulas reckon with it."""
    if value is None:
        return ""
    if not word and isinstance(kind, Day):
        return date.fromisoformat(value)
    if not word and isinstance(kind, (Money, Price, Qty)):
        return Decimal(value) / kind.scale
    if not word and isinstance(kind, Int):
        return value
    return kind.show(value)


def list_words(ctx: Context, args: Row) -> Outcome:
    """What may be written into a form; nothing is written down."""
    head, rows = keys_for(ctx.registry, str(args["about"]))
    told = "、".join(f"{{{{{word}}}}}" for word in head if word not in rows)
    lines = "、".join(f"{{{{{word}}}}}" for word in rows)
    text = f"整张：{told}" + (f"\n明细行：{lines}" if rows else "")
    return Outcome(
        message=f"可以写 {len(head)} 项，已复制", data={"head": head, "rows": rows, "text": text, "clipboard": text}
    )


_ABOUT = Field("about", "用谁的资料填", SUBJECT, required=True, default="订单")
VERBS = (
    Verb(
        "paper_template.add", "放入模板", add,
        (
            Field("name", "名称", Text(60), required=True, note="例如 购销合同、报价单；同名的换成新的"),
            _ABOUT,
            Field("file", "模板文件", Text(1000), required=True, note="公司自己的 .docx 或 .xlsx，要填的地方写 {{客户名称}}"),
            Field("note", "说明", Text(200)),
        ),
        changes=("paper_template", "attachment"), entity="paper_template", icon="add", primary=True,
    ),
    Verb(
        "paper_template.words", "能填哪些项", list_words, (_ABOUT,), entity="paper_template", icon="list", note="复制到剪贴板，不写入",
    ),
    Verb(
        "paper_template.fill", "用模板成文", fill,
        (
            Field("uid", "模板", Link(entity="paper_template"), required=True),
            Field("order", "订单", Link(entity="sales_order")),
            Field("customer", "客户", Link(entity="customer")),
            Field("product", "产品", Link(entity="product")),
            Field("out", "存到", Text(400), note="不给就放在数据文件夹的 prints 里"),
        ),
        changes=("document", "document_file", "attachment", "access_log"), entity="paper_template", icon="document",
        note="按模板要订单、客户或产品里的一个；成文收在文件里，再做一次是新的一版",
    ),
    Verb(
        "paper_template.void", "作废模板", lambda ctx, args: records.void(ctx, TEMPLATE, args["uid"]),
        (Field("uid", "模板", Link(entity="paper_template"), required=True),), changes=("paper_template",), entity="paper_template",
        icon="delete",
    ),
)  # fmt: skip
