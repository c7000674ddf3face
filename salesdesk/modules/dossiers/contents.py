"""Gathers what belongs to an order: every record that points at it, the papers it can print, the evidence kept with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Link, Row
from salesdesk.persistence.reading import Reader
from salesdesk.services.files import sha256_of
from salesdesk.services.history import history
from salesdesk.services.module import Registry

PARTS = {
    "sales_order": "01 订单",
    "order_change": "02 变更通知单",
    "intake": "03 来单凭据",
    "route_slip": "04 传递单",
    "delivery": "05 送货单",
    "order_problem": "07 问题",
}
SCANS, OTHERS = "06 签收验收单", "08 其他"
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
UNTOLD = ("dossier", "dossier_file", "line_feedback", "line_promise")
"""Not filed as papers: the dossier itself; what was heard is told in the history."""


class Member(NamedTuple):
    """One record that belongs to the order. papers: names of the verbs that print it, without `.preview`."""

    entity: Entity
    row: Row
    papers: tuple[str, ...]

    @property
    def part(self) -> str:
        """The folder its papers go to."""
        return PARTS.get(self.entity.key, OTHERS)

    @property
    def evidence_part(self) -> str:
        """The folder of the files kept with it: what comes back with a delivery is the signed paper."""
        return SCANS if self.entity.key == "delivery" else self.part

    @property
    def name(self) -> str:
        """How people call it."""
        return f"{self.entity.title} {self.row.get(self.entity.naming) or ''}".strip()


@dataclass
class Contents:
    """Everything of one order: its records, the files kept with them (attachment rows), and the head of the dossier."""

    about: Row
    members: list[Member] = field(default_factory=list)
    evidence: list[tuple[Member, Row]] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """Hash of all that is filed, equal on every PC; derived columns count through what they are derived from, and a
        record through its place among the others, not through its uid."""
        told = [
            [one.entity.key, {f.key: one.row.get(f.key) for f in one.entity if not f.derived}] for one in self.members
        ]
        told += [["attachment", [row["owner"], row["name"], row["sha256"]]] for _, row in self.evidence]
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
        places: dict[str, str] = {}
        text = re.sub(UUID, lambda uid: places.setdefault(uid[0], f"#{len(places)}"), text)
        return sha256_of(text.encode())

    def of(self, entity: str) -> list[Member]:
        """Members of one kind."""
        return [one for one in self.members if one.entity.key == entity]

    @property
    def missing(self) -> list[str]:
        """What a complete dossier of this order should have and this one has not."""
        found = []
        with_files = {one.entity.key for one, _ in self.evidence}
        arrivals = self.of("intake")
        if not arrivals:
            found.append("来单登记")
        elif "intake" not in with_files and not any(one.row.get("content") for one in arrivals):
            found.append("来单凭据")
        if any(not one.row.get("received_at") for one in self.of("route_slip")):
            found.append("传递单接收")
        notes = self.of("delivery")
        if self.about["stage"] == "done" and not notes:
            found.append("送货单")
        scanned = {row["owner"] for _, row in self.evidence}
        if any(not one.row.get("signed_at") for one in notes):
            found.append("客户签收")
        if any(one.row["uid"] not in scanned for one in notes):
            found.append("签收验收单扫描件")
        if any(one.row.get("state") in ("waiting", "told") for one in self.of("change_notice")):
            found.append("变更接收")
        if any(one.row.get("state") == "open" for one in self.of("order_problem")):
            found.append("问题关闭")
        return found


def gather(reader: Reader, registry: Registry, order: str) -> Contents | None:
    """What belongs to an order; None when there is no such live order."""
    row = reader.get("sales_order", order)
    if row is None or row["void"]:
        return None
    found = Contents(_about(reader, row))
    papers: dict[str, list[str]] = {}
    for verb in registry.verbs.values():
        if verb.name.endswith(".preview") and any(p.key == "uid" for p in verb.params):
            papers.setdefault(verb.entity, []).append(verb.name.removesuffix(".preview"))
    for entity, one in _records(reader, registry, row):
        found.members.append(Member(entity, one, tuple(papers.get(entity.key, ()))))
    owners = {str(one.row["uid"]): one for one in found.members}
    for attached in reader.rows(
        "SELECT * FROM attachment WHERE void = 0 AND owner IN (SELECT value FROM json_each(?)) ORDER BY rowid",
        (json.dumps(list(owners)),),
    ):
        found.evidence.append((owners[attached["owner"]], attached))
    for attached in reader.rows(  # the papers as they left the house
        "SELECT a.*, p.owner AS printed FROM print_log p JOIN attachment a ON a.owner = p.uid AND a.void = 0"
        " WHERE p.void = 0 AND p.owner IN (SELECT value FROM json_each(?)) ORDER BY p.rowid",
        (json.dumps(list(owners)),),
    ):
        found.evidence.append((owners[attached["printed"]], attached))
    return found


def _records(reader: Reader, registry: Registry, order: Row) -> Iterator[tuple[Entity, Row]]:
    """The order and every live record that points at it, at one of its lines, or owns a row that does; each once."""
    seen = {order["uid"]}
    yield registry.entities["sales_order"], order
    lines = json.dumps(reader.column('SELECT uid FROM order_line WHERE "order" = ?', (order["uid"],)))
    among = "IN (SELECT value FROM json_each(?))"
    for entity in sorted(registry.entities.values(), key=lambda e: (PARTS.get(e.key, OTHERS), e.key)):
        if entity.key in UNTOLD or entity.ledger:
            continue
        links = [f.key for f in entity.links if isinstance(f.kind, Link) and f.kind.entity == "sales_order"]
        by_line = [f.key for f in entity.links if isinstance(f.kind, Link) and f.kind.entity == "order_line"]
        ways = [(f'"{key}" = ?', order["uid"]) for key in links] + [(f'"{key}" {among}', lines) for key in by_line]
        for where, value in ways:
            for row in reader.rows(f'SELECT * FROM "{entity.key}" WHERE {where} AND void = 0 ORDER BY rowid', (value,)):
                if row["uid"] not in seen:
                    seen.add(row["uid"])
                    yield entity, row
                    parent = entity.parent and reader.get(entity.parent[0], row[entity.parent[1]])
                    if parent and not parent["void"] and parent["uid"] not in seen and entity.parent:
                        seen.add(parent["uid"])
                        yield registry.entities[entity.parent[0]], parent


def _about(reader: Reader, order: Row) -> Row:
    """What the dossier is found by."""
    customer = reader.get("customer", order["customer"]) or {}
    goods = reader.rows(
        "SELECT p.name, k.name AS category, sum(l.amount) AS worth FROM order_line l JOIN product p ON p.uid = l.product"
        ' LEFT JOIN product_category k ON k.uid = p.category WHERE l."order" = ? AND l.void = 0'
        " GROUP BY p.uid ORDER BY 3 DESC",
        (order["uid"],),
    )
    worth: dict[str, int] = {}
    for one in goods:
        worth[str(one["category"] or "")] = worth.get(str(one["category"] or ""), 0) + int(one["worth"] or 0)
    names = "、".join(str(one["name"]) for one in goods)
    finished = reader.value(
        "SELECT max(d.day) FROM delivery d JOIN delivery_line x ON x.delivery = d.uid AND x.void = 0"
        ' JOIN order_line l ON l.uid = x.order_line WHERE l."order" = ? AND d.void = 0',
        (order["uid"],),
    )
    return {
        "order": order["uid"],
        "number": order["number"],
        "stage": order["stage"],
        "customer": order["customer"],
        "customer_name": customer.get("name"),
        "customer_short": customer.get("short_name"),
        "region": customer.get("region"),
        "salesperson": order["salesperson"],
        "products": names if len(names) <= 400 else names[:399] + "…",
        "category": max(worth, key=lambda k: worth[k]) if worth else "",
        "order_date": order["order_date"],
        "finished_on": finished,
    }


def history_text(reader: Reader, found: Contents) -> str:
    """The life of the order and of all that belongs to it, in words, the oldest first."""
    told: dict[int, tuple[str, str]] = {}
    for one in found.members:
        for entry in history(reader, one.entity, str(one.row["uid"]), looks=False):
            kept = told.get(entry.op)
            text = entry.text + (f"　原因：{entry.reason}" if entry.reason else "")
            if kept is None or len(text) > len(kept[1]):
                told[entry.op] = (entry.at, text)
    lines = [f"订单 {found.about['number']} {found.about['customer_name'] or ''} 的全部经过", ""]
    lines += [text for _, (_, text) in sorted(told.items())]
    heard = reader.rows(
        "SELECT f.*, p.name AS goods FROM line_feedback f LEFT JOIN product p ON p.uid = f.product"
        ' WHERE f."order" = ? AND f.void = 0 ORDER BY f.said_at, f.uid',
        (found.about["order"],),
    )
    if heard:
        lines += ["", "进度反馈", ""]
    for row in heard:
        what = "催办" if row["kind"] == "asked" else "反馈"
        said = "，".join(
            str(part)
            for part in (
                f"{row['percent']}%" if row["percent"] is not None else "", row["words"],
                row["promised"] and f"交期 {row['promised']}", row["note"],
            )
            if part
        )  # fmt: skip
        who = f"{row['party'] or ''}{row['said_by'] or ''}"
        lines.append(f"{str(row['said_at'])[:16].replace('T', ' ')} {who} {what} {row['goods'] or ''}：{said}")
    return "\r\n".join(lines) + "\r\n"
